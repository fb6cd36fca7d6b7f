import type { Instant, Mchid } from '@minitill/protocol/model'
import type { BillDay } from '../domain/reconcile/bill-day.ts'
import type { Difference, DifferenceDraft } from '../domain/reconcile/difference.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { recordEvent } from './record-event.ts'

/** One run over a merchant's day. Only the newest may write (`reconciliations.holds`). */
export interface DayRun {
  readonly id: string
  readonly run: number
  readonly mchid: Mchid
  readonly day: BillDay
}

/**
 * Keeps a difference in the caller's transaction: open, or at once healed by its evidence. One that
 * is closed already stays as it is, so that no run opens again what was explained.
 */
export async function keepDifference(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'meter'>,
  { mchid, day }: Pick<DayRun, 'mchid' | 'day'>,
  draft: DifferenceDraft,
  { at, evidence }: { readonly at: Instant; readonly evidence: string | null },
): Promise<Difference> {
  const isHealed = evidence !== null
  const { difference, isNew } = await tx.differences.keep({
    ...draft,
    id: ports.random.id('difference'),
    mchid,
    date: day.date,
    status: isHealed ? 'healed' : 'open',
    openedAtMs: at,
    closedAtMs: isHealed ? at : null,
    evidence,
    closedBy: null,
    reason: null,
  })
  if (!isNew) return difference
  ports.meter.count('difference_total', { class: draft.class, status: difference.status })
  if (difference.status !== 'open') return difference
  const { id, date, thereFen: there, hereFen: here } = difference
  await recordEvent(tx, ports, {
    type: 'difference.opened',
    subject: `difference:${id}`,
    version: 1,
    payload: { id, mchid, date, class: draft.class, there, here },
    createdAtMs: at,
  })
  return difference
}
