import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, type Postmaster, readPostmaster } from './cluster.ts'

const FAST_MS = 8_000
const IMMEDIATE_MS = 5_000
const POLL_MS = 20

/**
 * Stops the server: fast (open transactions roll back), and when that takes too long immediately,
 * which costs only a recovery at the next start. Returns when its process is gone.
 */
export async function stopServer(cluster: Cluster, server: Postmaster): Promise<void> {
  // The pid is taken from a file: make sure that it still means the same server.
  const running = readPostmaster(cluster)
  if (running === null || running.pid !== server.pid) return
  signal(server.pid, 'SIGINT')
  if (await gone(cluster, server.pid, FAST_MS)) return
  signal(server.pid, 'SIGQUIT')
  await gone(cluster, server.pid, IMMEDIATE_MS)
}

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended in between, which is what we want.
  }
}

async function gone(cluster: Cluster, pid: number, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
    // A server removes its pid file as its last act; without an init it may stay as a zombie.
    if (!isAlive(pid) || readPostmaster(cluster) === null) return true
    await pause(POLL_MS)
  }
  return false
}
