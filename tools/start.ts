// `npm start`: the server and WeChat in a box, from nothing.
import { runPair } from './start/main.ts'

process.exit(await runPair(process.env, 'npm start'))
