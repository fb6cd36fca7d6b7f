// `npm run prove [lane…]`: the long lanes. Of what `npm test` runs only the browser's smoke is repeated.
import { vitest } from './lanes/lane.ts'
import { browserLane, journeysElsewhere, lookAround, serviceEnvironment } from './lanes/machine.ts'
import { runLanes } from './lanes/run.ts'

const machine = await lookAround(process.env)
// The PostgreSQL of the person's own, where one is named: two servers must share that one too.
const { databaseUrl } = machine
const env = {
  ...serviceEnvironment(machine),
  ...(databaseUrl === null ? {} : { MINITILL_TEST_DATABASE_URL: databaseUrl }),
}
const lanes = [
  vitest('process', 'process'),
  vitest('crash points', 'crash'),
  browserLane(machine, 'browser'),
].map((lane) => ({
  ...lane,
  env,
}))

process.exit(
  await runLanes(
    [...lanes, journeysElsewhere(machine)],
    process.argv.slice(2),
    process.env['MINITILL_REQUIRE_ALL'] === '1',
  ),
)
