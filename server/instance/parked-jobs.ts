import { createHash } from 'node:crypto'
import { instant } from '@minitill/protocol/model'
import type { ShowParked } from '../adapters/jobs/index.ts'
import type { Clock, Random } from '../ports/index.ts'
import { tasks } from '../store/tasks.ts'

/** Shows a job that was given up to a person, in the transaction that parks it. */
export function parkedJobs(clock: Clock, random: Random): ShowParked {
  return async (tx, claim, reason) => {
    const about = JSON.stringify([claim.queue, claim.data])
    await tasks(tx).open({
      id: random.id('task'),
      kind: 'job_parked',
      subject: `job:${createHash('sha256').update(about).digest('hex').slice(0, 32)}`,
      reason: 'job_parked',
      detail: { queue: claim.queue, why: reason.slice(0, 300), ...textsOf(claim.data) },
      status: 'open',
      createdAtMs: instant(clock.now()),
      resolvedAtMs: null,
      resolution: null,
    })
  }
}

function textsOf(data: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(data).slice(0, 10)
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value).slice(0, 100)]))
}
