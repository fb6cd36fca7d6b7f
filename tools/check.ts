// `npm run check`: types, lint and structure, in seconds.
import { checks } from './lanes/machine.ts'
import { runLanes } from './lanes/run.ts'

process.exit(await runLanes(checks, process.argv.slice(2), true))
