// One simulator a folder: two would each write their own truth over the other's.
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = 'simulator.lock'
/** Folders that this process itself holds: its own pid says nothing about them. */
const held = new Set<string>()
let nth = 0
/** Within this process one at a time. */
let turn: Promise<unknown> = Promise.resolve()

interface Holder {
  readonly pid: number
  /** When that process began, as the system counts it: a pid alone comes round again. */
  readonly began: string
}

/**
 * Linux tells it; elsewhere the pid alone must do. A dead process that nobody has buried yet, as in
 * a container without an init, still has its pid: it began never.
 */
async function beginOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return /^[ZX]/.test(fields[0] ?? '') ? 'never' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function parsed(text: string): Holder | null {
  const match = /^(\d{1,10}) (\d*)\n$/.exec(text)
  return match === null ? null : { pid: Number(match[1]), began: match[2] ?? '' }
}

async function lives(holder: Holder | null, folder: string): Promise<boolean> {
  if (holder === null) return false
  if (holder.pid === process.pid) return held.has(folder)
  return isRunning(holder.pid) && (await beginOf(holder.pid)) === holder.began
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

function inUse(folder: string, holder: Holder | null): Error {
  const who = holder === null ? '' : ` (process ${holder.pid})`
  return new Error(
    `the folder ${folder} is in use by another simulator${who}; stop it, or set MINITILL_DATA_DIR to another folder`,
  )
}

/** Makes a file with these words; false when it is there already. It appears whole or not at all. */
async function made(path: string, words: string): Promise<boolean> {
  nth += 1
  const own = `${path}.${process.pid}.${nth}`
  await writeFile(own, words, { mode: 0o600 })
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/**
 * Removes a dead holder's lock. Only one process may at a time, and it looks again before it does:
 * else the lock of one who took over meanwhile would go.
 */
async function removeDead(path: string, folder: string, words: string): Promise<void> {
  const turn = `${path}.turn`
  if (!(await made(turn, words))) {
    const other = parsed((await textOf(turn)) ?? '')
    if (!(await lives(other, folder))) await rm(turn, { force: true })
    return
  }
  try {
    const seen = await textOf(path)
    if (seen !== null && !(await lives(parsed(seen), folder))) await rm(path, { force: true })
  } finally {
    await rm(turn, { force: true })
  }
}

async function take(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, FILE)
  const words = `${process.pid} ${await beginOf(process.pid)}\n`
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await made(path, words)) {
      held.add(folder)
      return async () => {
        held.delete(folder)
        await rm(path, { force: true })
      }
    }
    const seen = await textOf(path)
    const holder = parsed(seen ?? '')
    if (seen !== null && (await lives(holder, folder))) throw inUse(folder, holder)
    await removeDead(path, folder, words)
  }
  throw inUse(folder, parsed((await textOf(path)) ?? ''))
}

/**
 * Takes a folder for this process; a holder that was killed loses it. The returned function gives
 * it back. Error when another simulator that lives has it.
 */
export function lockFolder(folder: string): Promise<() => Promise<void>> {
  const mine = turn.then(() => take(folder))
  turn = mine.catch(() => undefined)
  return mine
}
