import type { Instant, RefundNotice, RefundState, Refund as Told } from '@minitill/protocol/model'
import type { EntryDraft } from './ledger.ts'
import { movement } from './ledger.ts'
import type { Order } from './order.ts'
import type { Receipt, Refund, RefundStatus } from './refund.ts'
import { type RefundFinding, type RefundParkKind, refundTable } from './refund-table.ts'

/**
 * An authentic statement about one refund: verified, opened and parsed already; or our own act.
 * `told` is an answer to the refund request, to a query, or later a row of a bill.
 */
export type RefundEvidence =
  | { readonly kind: 'answer'; readonly told: Told }
  | { readonly kind: 'query'; readonly told: Told; readonly askedAtMs: Instant }
  | { readonly kind: 'notification'; readonly notice: RefundNotice }
  | { readonly kind: 'bill'; readonly told: Told }
  | { readonly kind: 'missing' | 'retried' | 'given_up' | 'declined' | 'overtaken' }
  | { readonly kind: 'refused'; readonly code: string }

/** What is known here, read under the locks of payment, order, receipt and refund. */
export interface KnownRefund {
  readonly refund: Refund
  readonly receipt: Receipt
  /** null for money that belongs to no order. */
  readonly order: Order | null
}

/** A task before it has an id. The subject makes one task of many copies. */
export interface RefundParking {
  readonly kind: RefundParkKind
  readonly subject: string
  readonly reason: string
  readonly detail: Readonly<Record<string, string | number | null>>
}

export type RefundOutcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'send' }
  | { readonly kind: 'parked'; readonly parking: RefundParking }
  | {
      readonly kind: 'moved'
      readonly to: RefundStatus
      readonly parking: RefundParking | null
      readonly refundId: Refund['refundId']
      readonly receivedAccount: string | null
      readonly succeededAtMs: Instant | null
      readonly problem: string | null
      readonly entry: EntryDraft | null
    }

/**
 * The one door for everything that can be said of a refund: answer, query, notification, bill row.
 * Pure, and confluent over statements that can be true together.
 */
export function decideRefund(
  known: KnownRefund,
  evidence: RefundEvidence,
  at: Instant,
): RefundOutcome {
  const { refund } = known
  const finding = refundFinding(known, evidence)
  const step = refundTable[refund.status][finding]
  if (step.send) return { kind: 'send' }
  const parking = step.park === undefined ? null : parkingOf(known, step.park, finding, evidence)
  if (step.to === undefined) return parking ? { kind: 'parked', parking } : { kind: 'nothing' }
  const facts = factsOf(evidence)
  const succeededAtMs = step.to === 'succeeded' ? (facts?.success_time ?? at) : null
  return {
    kind: 'moved',
    to: step.to,
    parking,
    refundId: facts?.refund_id ?? refund.refundId,
    receivedAccount: facts?.user_received_account ?? refund.receivedAccount,
    succeededAtMs,
    problem: problemOf(evidence),
    entry: succeededAtMs === null ? null : refundEntry(known, succeededAtMs),
  }
}

/** Compares a statement with what was frozen. */
export function refundFinding(
  { refund, receipt }: KnownRefund,
  evidence: RefundEvidence,
): RefundFinding {
  const facts = factsOf(evidence)
  if (facts === null) return evidence.kind as Extract<RefundFinding, 'missing' | 'refused'>
  if (facts.out_refund_no !== refund.outRefundNo) {
    throw new TypeError('evidence about another refund was brought to this one')
  }
  const isSame =
    facts.transaction_id === receipt.transactionId &&
    facts.out_trade_no === receipt.outTradeNo &&
    facts.amount.refund === refund.amountFen &&
    facts.amount.total === receipt.totalFen &&
    (facts.amount.currency ?? 'CNY') === 'CNY' &&
    (refund.refundId === null || facts.refund_id === refund.refundId) &&
    (evidence.kind !== 'notification' || evidence.notice.mchid === refund.mchid)
  if (!isSame) return 'differs'
  const isNews = evidence.kind === 'query' && evidence.askedAtMs > refund.statusAtMs
  switch (stateOf(evidence)) {
    case 'SUCCESS':
      return 'succeeded'
    case 'CLOSED':
      return 'closed'
    case 'PROCESSING':
      return isNews ? 'processing_now' : 'processing'
    case 'ABNORMAL':
      return isNews ? 'abnormal_now' : 'abnormal'
    default:
      return 'unclear'
  }
}

type Facts = Pick<
  RefundNotice,
  | 'out_refund_no'
  | 'refund_id'
  | 'out_trade_no'
  | 'transaction_id'
  | 'amount'
  | 'success_time'
  | 'user_received_account'
>

function factsOf(evidence: RefundEvidence): Facts | null {
  if ('told' in evidence) return evidence.told
  return 'notice' in evidence ? evidence.notice : null
}

function stateOf(evidence: RefundEvidence): RefundState | null {
  if ('told' in evidence) return evidence.told.status
  return 'notice' in evidence ? evidence.notice.refund_status : null
}

function problemOf(evidence: RefundEvidence): string | null {
  if (evidence.kind === 'refused') return evidence.code
  const own = ['given_up', 'declined', 'overtaken'] as const
  return own.find((kind) => kind === evidence.kind) ?? null
}

/** What a refund that arrived means in the books: less sales, or less that we cannot explain. */
function refundEntry({ refund, receipt }: KnownRefund, happenedAtMs: Instant): EntryDraft {
  const from = receipt.origin === 'sale' ? 'refunds' : 'suspense'
  return {
    subject: `refund:${refund.id}`,
    transition: 'succeeded',
    mchid: refund.mchid,
    happenedAtMs,
    postings: movement(from, 'wechat_receivable', refund.amountFen),
  }
}

/**
 * A refund that is stuck again after a person had it tried anew is another matter: the one task of
 * (kind, subject) was ended with the try.
 */
function againOf({ chain, statusAtMs }: Refund, finding: RefundFinding): string {
  if (finding === 'abnormal_now') return `:${statusAtMs}`
  if (finding === 'overtaken') return ':overtaken'
  return chain > 1 ? `:${chain}` : ''
}

function parkingOf(
  { refund, receipt }: KnownRefund,
  kind: RefundParkKind,
  finding: RefundFinding,
  evidence: RefundEvidence,
): RefundParking {
  const facts = factsOf(evidence)
  const state = stateOf(evidence)
  // Lies that differ are all kept; copies of one are one task.
  const { transaction_id, refund_id, amount } = facts ?? {}
  const said = [finding, transaction_id, refund_id, amount?.refund, amount?.total]
  const about = kind === 'refund_unclear' ? `:${said.join(':')}` : againOf(refund, finding)
  return {
    kind,
    subject: `refund:${refund.id}${about}`,
    reason: finding,
    detail: {
      refund: refund.id,
      order_id: refund.orderId,
      out_refund_no: refund.outRefundNo,
      refund_id: facts?.refund_id ?? refund.refundId,
      out_trade_no: receipt.outTradeNo,
      transaction_id: receipt.transactionId,
      expected_fen: refund.amountFen,
      said_fen: facts?.amount.refund ?? null,
      said_transaction_id: facts?.transaction_id ?? null,
      state: typeof state === 'object' ? (state?.unknown ?? null) : state,
      code: evidence.kind === 'refused' ? evidence.code : null,
    },
  }
}
