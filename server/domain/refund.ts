import type {
  Fen,
  Instant,
  Mchid,
  OutRefundNo,
  OutTradeNo,
  RefundId,
  TransactionId,
} from '@minitill/protocol/model'

/**
 * frozen: request made, perhaps sent, not known to be accepted. accepted: WeChat works on it.
 * refused: WeChat will not take it; a person decides. abnormal: the person's account cannot take
 * the money; a person decides. reapplied: abnormal before, and under way again. Final: succeeded,
 * closed.
 */
export type RefundStatus =
  | 'frozen'
  | 'accepted'
  | 'refused'
  | 'abnormal'
  | 'reapplied'
  | 'succeeded'
  | 'closed'

/**
 * Whether a second person has to agree before WeChat is asked. awaiting: nobody has yet, and it is
 * sent nowhere. declined: closed without WeChat ever hearing of it.
 */
export type RefundApproval = 'not_needed' | 'awaiting' | 'approved' | 'declined'

/** What WeChat holds for us under one transaction_id, and how much of it is spoken for. */
export interface Receipt {
  readonly id: string
  readonly mchid: Mchid
  readonly transactionId: TransactionId
  readonly outTradeNo: OutTradeNo
  readonly orderId: string | null
  readonly paymentId: string | null
  /** sale: it paid an order. suspense: late, second, wrong or unknown money. */
  readonly origin: 'sale' | 'suspense'
  readonly totalFen: Fen
  /** Σ of its refunds that have not finally failed; kept by the database. */
  readonly reservedFen: Fen
  /** How many those are. */
  readonly parts: number
  readonly paidAtMs: Instant
  /** Before this no refund of it is sent: WeChat wants a minute between two of one order. */
  readonly nextSendAtMs: Instant
  readonly createdAtMs: Instant
}

/** Money on its way back: one out_refund_no for ever. */
export interface Refund {
  readonly id: string
  readonly receiptId: string
  readonly mchid: Mchid
  readonly orderId: string | null
  readonly outRefundNo: OutRefundNo
  readonly refundId: RefundId | null
  /** Not started by us: on the merchant platform, or by WeChat. */
  readonly external: boolean
  readonly amountFen: Fen
  readonly reason: string
  /** The JSON body, serialised once and repeated unchanged; null for an external one. */
  readonly requestBody: string | null
  /** Whether the order's pieces go back to the shelf when it succeeds. */
  readonly restock: boolean
  readonly restocked: boolean
  /** The operator who asked for it; null when a policy did, or somebody elsewhere. */
  readonly requestedBy: string | null
  readonly approval: RefundApproval
  /** The operator who approved or declined it. */
  readonly decidedBy: string | null
  readonly decidedAtMs: Instant | null
  readonly declineReason: string | null
  readonly status: RefundStatus
  /** When the status was last changed: what was asked before that is not news. */
  readonly statusAtMs: Instant
  /** WeChat's last refusal, or why it was closed here; null when there is none. */
  readonly problem: string | null
  readonly sentCount: number
  readonly lastSentAtMs: Instant | null
  readonly acceptedAtMs: Instant | null
  readonly receivedAccount: string | null
  readonly succeededAtMs: Instant | null
  readonly closedAtMs: Instant | null
  /** Which chain of jobs carries it; a person's decision starts the next. */
  readonly chain: number
  readonly createdAtMs: Instant
  readonly version: number
}

/** When WeChat could first be asked: what waited for a second person was not slow until then. */
export function startedAt({
  decidedAtMs,
  createdAtMs,
}: Pick<Refund, 'decidedAtMs' | 'createdAtMs'>): Instant {
  return decidedAtMs ?? createdAtMs
}

/** Whether nothing can become of it any more. */
export function isSettled(refund: Pick<Refund, 'status'>): boolean {
  return refund.status === 'succeeded' || refund.status === 'closed'
}
