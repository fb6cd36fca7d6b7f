import { spawn } from 'node:child_process'
import { programPath } from '../start/rooms.ts'

/**
 * Runs a program of ours in the foreground and hands on signals; the open channel tells it when
 * we are gone.
 * @returns its exit status
 */
export function runProgram(name: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [programPath(name)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal))
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`minitill: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
