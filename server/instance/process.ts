/** The server as a process: environment → settings → listen; ends with whoever started it. */
import { readSettings, type Settings, SettingsError } from '../config.ts'
import { openLog } from '../observe/log.ts'
import type { Log } from '../ports/index.ts'

const stopWithinMs = 9_000

type Start = (settings: Settings, log: Log) => Promise<{ url: string; stop(): Promise<void> }>

/** Serves until it is told to stop or whoever started it is gone. */
export async function serve(start: Start, env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(env)
  const running = await start(settings, openLog('info'))
  process.stdout.write(`server listening on ${running.url}\n`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  process.on('disconnect', stop)
}

/** One clear line for each thing that is wrong; no stack. */
export function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof SettingsError) return error.problems
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return ["the server's port is taken; set MINITILL_PORT to another one"]
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return ['the database cannot be reached; check DATABASE_URL']
  }
  if (code === '28P01' || code === '28000') {
    return ['the database refuses the user or password of DATABASE_URL']
  }
  return [error instanceof Error ? error.message : 'the server could not start']
}
