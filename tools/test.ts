// `npm test [lane…]`: everything that fits into ten minutes on two cores.
import { type Lane, vitest } from './lanes/lane.ts'
import {
  browserLane,
  checks,
  lookAround,
  partsMissing,
  serviceEnvironment,
} from './lanes/machine.ts'
import { runLanes } from './lanes/run.ts'

const machine = await lookAround(process.env)
const env = serviceEnvironment(machine)
const lanes: Lane[] = [
  ...checks,
  vitest('unit', 'unit'),
  vitest('contract', 'contract'),
  vitest('journeys', 'journeys'),
  vitest('attacks', 'attacks'),
  vitest('controls', 'controls'),
  vitest('fuzz', 'fuzz'),
  vitest('simulation', 'simulation', ['simulation/simulation', 'engine', 'planted']),
  vitest('reconcile', 'reconcile'),
  vitest('upgrade, the schema', 'upgrade', ['upgrade/releases', 'upgrade/columns']),
  vitest('process smoke', 'process', ['smoke']),
  {
    ...vitest('crash points, a few', 'crash', ['crash/points']),
    env: { MINITILL_CRASH_POINTS: 'quick' },
  },
  browserLane(machine, 'browser smoke', ['browser/shop', 'browser/console']),
].map((lane) => (lane.isVitest ? { ...lane, env: { ...env, ...lane.env } } : lane))

process.exit(
  await runLanes(
    [...lanes, ...partsMissing(machine)],
    process.argv.slice(2),
    process.env['MINITILL_REQUIRE_ALL'] === '1',
  ),
)
