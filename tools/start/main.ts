import { EmbeddedError } from '../../server/store/embedded.ts'
import { Pair } from './pair.ts'
import { type Rooms, realRooms } from './rooms.ts'
import { readPairSettings, StartError } from './settings.ts'

/**
 * `npm start` and `minitill demo`: runs the pair until a signal ends it.
 * @param holder how other processes are told who we are
 * @returns the exit status
 */
export async function runPair(
  env: NodeJS.ProcessEnv,
  holder: string,
  rooms: Rooms = realRooms,
): Promise<number> {
  // When the terminal above us is gone, a failed write must not cut the drain short.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const pair = new Pair(readPairSettings(env), env, holder, rooms)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => pair.stop())
    }
    await pair.run((line) => console.log(line))
    return 0
  } catch (error) {
    if (!(error instanceof StartError || error instanceof EmbeddedError)) throw error
    console.error(`minitill: ${error.message}`)
    return 1
  }
}
