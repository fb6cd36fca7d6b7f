// Ends a process when the one that started it is gone, also after kill -9, which no signal tells.
// Plain JavaScript that Node 18 parses: the launcher uses it, and preloads it into its child.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const POLL_MS = 500
const PATIENCE_MS = 9_000

/** The parent of another process, or 0 when this system does not say. */
function parentOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    }
    if (process.platform === 'win32') return 0
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return 0
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Whether this is the shell in which npm runs a script; with `exec` in the script there is none. */
function isShell(pid) {
  try {
    const name =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/comm`, 'utf8')
        : execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
    return /^-?(\S*\/)?(ba|da|a|z|k)?sh$/.test(name.trim())
  } catch {
    return false
  }
}

/** `nohup` and its like ignore SIGHUP: the caller wants the program to outlive its shell. */
function hangupIgnored() {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))
    return mask !== null && (BigInt(`0x${mask[1]}`) & 1n) === 1n
  } catch {
    return false
  }
}

/**
 * Calls `onGone` once when our parent has ended. npm may put a shell between itself and us
 * that survives it; then the shell's own parent is watched too.
 */
export function followParent(onGone, options = {}) {
  const underNpm = options.underNpm ?? process.env.npm_command !== undefined
  if (!underNpm && hangupIgnored()) return
  const parent = process.ppid
  const above = underNpm && parent > 1 && isShell(parent) ? parentOf(parent) : 0
  const timer = setInterval(() => {
    const gone =
      process.ppid !== parent ||
      !alive(parent) ||
      (above > 1 && (process.platform === 'linux' ? parentOf(parent) !== above : !alive(above)))
    if (!gone) return
    clearInterval(timer)
    onGone()
  }, POLL_MS)
  timer.unref()
}

// Preloaded into a child (`node --import leash.mjs?child program`): ask it to stop as SIGTERM does,
// and end it when it has not within its patience.
if (import.meta.url.endsWith('?child')) {
  followParent(
    () => {
      // The terminal or pipe above us may be gone too; a failed write must not cut the drain short.
      for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
      setTimeout(() => process.exit(1), PATIENCE_MS).unref()
      process.kill(process.pid, 'SIGTERM')
    },
    { underNpm: false },
  )
}
