import { afterMs } from '@minitill/protocol/model'
import type { JobResult, Ports } from '../ports/index.ts'
import { commit } from './phase.ts'

const hour = 3_600_000
const everyMs = hour / 4
/** A login code lives five minutes at WeChat; a week later nobody can be fooled by its return. */
const codesKeptMs = 7 * 24 * hour
/** Keys count for 24 h; one hour more, so that no request sees its key vanish in between. */
const keysKeptMs = 25 * hour

/**
 * Forgets what has had its time: used login codes, idempotency keys, ended sessions, finished jobs.
 * In no particular order, because nothing depends on it: every reader compares times itself. A
 * crash leaves some for the next time; the job comes again by itself, once for all instances.
 */
export async function sweep(
  ports: Pick<Ports, 'store' | 'points' | 'clock' | 'sessions'>,
  finishedJobs: { forgetFinished(): Promise<void> },
): Promise<JobResult> {
  const at = ports.clock.now()
  await commit(ports, 'sweep/forget', async (tx) => {
    await tx.accounts.forgetCodes(afterMs(at, -codesKeptMs))
    await tx.idempotency.forget(afterMs(at, -keysKeptMs))
  })
  await ports.sessions.forgetEnded(at)
  await finishedJobs.forgetFinished()
  return { again: afterMs(at, everyMs) }
}
