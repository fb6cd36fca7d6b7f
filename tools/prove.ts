// `npm run prove [lane…]`: the long lanes. Of what `npm test` runs only the browser's smoke is repeated.
import { check, vitest } from './lanes/lane.ts'
import {
  browserLane,
  crashLanes,
  journeysElsewhere,
  lookAround,
  realSimulation,
  serviceEnvironment,
} from './lanes/machine.ts'
import { runLanes } from './lanes/run.ts'

const machine = await lookAround(process.env)
// The PostgreSQL of the person's own, where one is named: two servers must share that one too.
const { databaseUrl } = machine
const env = {
  ...serviceEnvironment(machine),
  ...(databaseUrl === null ? {} : { MINITILL_TEST_DATABASE_URL: databaseUrl }),
}
const teeth = ['--few', '--lane', 'unit', '--control', '--minutes', '3', '--no-keep']
const lanes = [
  vitest('process', 'process'),
  { ...vitest('fuzz', 'fuzz'), env: { MINITILL_TEST_FUZZ_EXECUTIONS: '50000' } },
  ...crashLanes(machine),
  browserLane(machine, 'browser'),
  vitest('simulation', 'simulation', ['simulation/history']),
  check('ten thousand payments', 'tools/simulate-many.ts', '--payments', '10000'),
  realSimulation(machine),
  // A generated day of the size that the issue names; npm test has a small one.
  { ...vitest('reconcile', 'reconcile'), env: { MINITILL_DAY_ORDERS: '10000' } },
  vitest('upgrade', 'upgrade'),
  check('teeth', 'tools/teeth.ts', ...teeth),
].map((lane) => ({ ...lane, env: { ...env, ...lane.env } }))

process.exit(
  await runLanes(
    [...lanes, journeysElsewhere(machine)],
    process.argv.slice(2),
    process.env['MINITILL_REQUIRE_ALL'] === '1',
  ),
)
