import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const LOG_BYTES = 10_000_000
const LINE_CHARACTERS = 400

/** One process of the pair, started by us and watched. */
export interface Child {
  name: string
  log: string
  process: ChildProcess
  /** Settles when it has ended, with how. */
  ended: Promise<string>
}

/**
 * Starts a program of ours in a session of its own: Ctrl-C in the terminal reaches only us, and we
 * stop server and simulator in the right order. The open channel between us tells it when we are
 * gone, also after kill -9.
 */
export function startChild(
  name: string,
  program: string,
  env: Record<string, string | undefined>,
  dataDir: string,
): Child {
  const folder = join(dataDir, 'logs')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const log = join(folder, `${name}.log`)
  if (existsSync(log) && statSync(log).size > LOG_BYTES) renameSync(log, `${log}.1`)
  const output = openSync(log, 'a', 0o600)
  const before = statSync(log).size
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
    windowsHide: true,
    env,
  })
  closeSync(output)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`the ${name} did not start: ${error.message}`))
    child.once('exit', (code, signal) => {
      const how = signal === null ? `exit ${code}` : signal
      resolve(`the ${name} ended (${how}): ${lastWords(log, before)}`)
    })
  })
  return { name, log, process: child, ended }
}

/** What it said last in plain words; its JSON lines are for machines. */
function lastWords(log: string, since: number): string {
  const lines = readFileSync(log).subarray(since).toString('utf8').trim().split('\n')
  const plain = lines.findLast((line) => /^\w*(minitill|Error|.*Error:)/.test(line.trim()))
  const line = plain ?? lines.findLast((text) => !text.startsWith('{')) ?? lines.at(-1) ?? ''
  return `${line.trim().slice(0, LINE_CHARACTERS) || 'it said nothing'} (log: ${log})`
}

export const isRunning = (child: Child): boolean =>
  child.process.exitCode === null &&
  child.process.signalCode === null &&
  child.process.pid !== undefined

/** Asks it to drain and end; after the limit it is killed. Returns when it is gone. */
export async function stopChild(child: Child, limitMs: number): Promise<void> {
  if (!isRunning(child)) return
  // Windows knows no SIGTERM: there the closed channel asks.
  if (process.platform === 'win32') child.process.disconnect()
  else child.process.kill('SIGTERM')
  const cancel = new AbortController()
  const late = pause(limitMs, 'late', { signal: cancel.signal }).catch(() => 'ended')
  if ((await Promise.race([child.ended, late])) === 'late') child.process.kill('SIGKILL')
  cancel.abort()
  await child.ended
}
