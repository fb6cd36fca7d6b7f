import type { Mchid } from '@minitill/protocol/model'
import type { Ports, Tx } from '../ports/index.ts'
import type { Reconciliation } from '../ports/tables/differences.ts'

/**
 * One job a merchant and day, in the caller's transaction; one that waits or runs already stays the
 * only one.
 */
export async function askForDay(tx: Tx, ports: Ports, mchid: Mchid, date: string): Promise<void> {
  await tx.reconciliations.request(newDay(ports, mchid, date))
  const data = { key: `${mchid}:${date}`, mchid, date }
  const runAt = ports.clock.now()
  const job = { queue: 'reconcile-day', id: ports.random.uuid(), runAt, party: mchid } as const
  await tx.jobs.enqueue({ ...job, data })
}

/** A merchant's day that nobody has asked for yet. */
export function newDay(
  { clock }: Pick<Ports, 'clock'>,
  mchid: Mchid,
  date: string,
): Reconciliation {
  return {
    id: `rec_${date}_${mchid}`,
    mchid,
    date,
    status: 'waiting',
    run: 0,
    problem: null,
    counts: null,
    balance: null,
    foreignFen: 0,
    requestedAtMs: clock.now(),
    finishedAtMs: null,
    version: 0,
  }
}
