import { addFen, type Fen, type Instant } from '@minitill/protocol/model'
import type { KnownRefund, RefundOutcome, RefundParking } from './decide-refund.ts'
import type { EntryDraft } from './ledger.ts'
import type { OrderItem } from './order.ts'
import type { Refund, RefundApproval, RefundStatus } from './refund.ts'

/** What one outcome changes of a refund; `null` in a field empties it. */
export interface RefundChange {
  readonly status?: RefundStatus
  readonly statusAtMs?: Instant
  readonly refundId?: Refund['refundId']
  readonly receivedAccount?: string | null
  readonly problem?: string | null
  readonly restocked?: boolean
  readonly sentCount?: number
  readonly lastSentAtMs?: Instant
  readonly acceptedAtMs?: Instant | null
  readonly succeededAtMs?: Instant | null
  readonly closedAtMs?: Instant | null
  readonly chain?: number
  readonly approval?: RefundApproval
  readonly decidedBy?: string
  readonly decidedAtMs?: Instant
  readonly declineReason?: string
}

/** Everything that one outcome changes, to be written in one transaction or not at all. */
export interface RefundSettlement {
  readonly refund: RefundChange | null
  /** The new sum on the order; null when it stays. */
  readonly refundedTotalFen: Fen | null
  readonly giveBack: readonly OrderItem[]
  readonly entry: EntryDraft | null
  readonly parking: RefundParking | null
  /** Whether the tasks about this refund are done with. */
  readonly endsTasks: 'succeeded' | 'closed' | 'reapplied' | 'retried' | null
  readonly event: 'refund.succeeded' | 'refund.closed' | 'refund.abnormal' | null
}

const nothing: RefundSettlement = {
  refund: null,
  refundedTotalFen: null,
  giveBack: [],
  entry: null,
  parking: null,
  endsTasks: null,
  event: null,
}

const events = {
  succeeded: 'refund.succeeded',
  closed: 'refund.closed',
  abnormal: 'refund.abnormal',
} as const

/** Spells an outcome out as changes. Pure, like the decision before it. */
export function settleRefund(
  { refund, receipt, order }: KnownRefund,
  outcome: RefundOutcome,
  at: Instant,
): RefundSettlement {
  if (outcome.kind === 'parked') return { ...nothing, parking: outcome.parking }
  if (outcome.kind !== 'moved') return nothing
  const { to, entry, parking, refundId, receivedAccount, succeededAtMs, problem } = outcome
  const succeeded = to === 'succeeded'
  const ofSale = succeeded && receipt.origin === 'sale' && order !== null
  const restocked = ofSale && refund.restock && order.reference === null
  const knownThere = to !== 'frozen' && to !== 'refused' && to !== 'closed'
  return {
    refund: {
      status: to,
      statusAtMs: at,
      refundId,
      receivedAccount,
      problem,
      restocked,
      acceptedAtMs: refund.acceptedAtMs ?? (knownThere ? at : null),
      succeededAtMs,
      closedAtMs: to === 'closed' ? at : null,
    },
    refundedTotalFen: ofSale ? addFen(order.refundedTotalFen, refund.amountFen) : null,
    giveBack: restocked ? order.items : [],
    entry,
    parking,
    endsTasks: endOf(refund.status, to),
    event: to in events ? events[to as keyof typeof events] : null,
  }
}

function endOf(from: RefundStatus, to: RefundStatus): RefundSettlement['endsTasks'] {
  if (to === 'succeeded' || to === 'closed' || to === 'reapplied') return to
  return from === 'refused' && to === 'frozen' ? 'retried' : null
}
