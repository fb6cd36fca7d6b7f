import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Starts the watchdog in a session of its own: it outlives our death and ends an orphaned server.
 */
export function startWatchdog(dataDir: string): void {
  const packed = fileURLToPath(new URL('./watchdog.js', import.meta.url))
  const source = fileURLToPath(new URL('./watchdog.ts', import.meta.url))
  const program = existsSync(packed) ? packed : source
  const child = spawn(process.execPath, [program, dataDir], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
  })
  child.on('error', () => {})
  child.unref()
}
