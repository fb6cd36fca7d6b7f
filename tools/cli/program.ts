import { spawn } from 'node:child_process'
import { programPath } from '../start/rooms.ts'

/**
 * Runs a program of ours in the foreground and hands on signals; the open channel tells it when
 * we are gone.
 * @returns its exit status
 */
export function runProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<number> {
  const child = spawn(process.execPath, [programPath(name), ...args], {
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

const SIMULATOR_OPTIONS = /^--(app|request-domain)(=.*)?$/

/** The simulator's own options with their values, told apart from those of every command. */
export function simulatorOptions(args: readonly string[]): { own: string[]; rest: string[] } {
  const own: string[] = []
  const rest: string[] = []
  const left = [...args]
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (!SIMULATOR_OPTIONS.test(arg)) {
      rest.push(arg)
      continue
    }
    own.push(arg)
    const value = arg.includes('=') ? undefined : left.shift()
    if (value !== undefined) own.push(value)
  }
  return { own, rest }
}
