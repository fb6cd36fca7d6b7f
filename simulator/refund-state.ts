// A refund as the world keeps it, and the money of a merchant's account at WeChat.
import type { Fen } from '@minitill/protocol/model'

export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'

export interface Refund {
  readonly refundId: string
  readonly mchid: string
  /** Key of the order. */
  readonly trade: string
  readonly outRefundNo: string
  readonly amountFen: Fen
  /** The person's part of it: without the share that coupons had paid. */
  readonly payerRefundFen: Fen
  /** The fee that WeChat gives back with it. */
  readonly feeBackFen: Fen
  readonly reason: string | null
  readonly notifyUrl: string | null
  /** The request in canonical form: repeating it must give the same. Empty when there was none. */
  readonly request: string
  readonly status: RefundStatus
  readonly createdAtMs: number
  /** When what is under way ends; null when nothing is. */
  readonly dueAtMs: number | null
  /** What it then becomes. */
  readonly endsAs: 'SUCCESS' | 'CLOSED' | 'ABNORMAL'
  /** Whether its money has left the merchant's account. */
  readonly funded: boolean
  readonly finishedAtMs: number | null
  /** When it first became ABNORMAL; absent when it never did. */
  readonly abnormalAtMs?: number
  readonly channel: 'ORIGINAL' | 'OTHER_BANKCARD'
  readonly userReceivedAccount: string
  readonly fundsAccount: 'UNSETTLED' | 'AVAILABLE'
  /** Made on the merchant platform, not by the merchant's server. */
  readonly external: boolean
}

/** One movement of a merchant's basic account. Never changed, never removed. */
export interface FundFlow {
  readonly mchid: string
  readonly atMs: number
  readonly kind: 'payment' | 'fee' | 'refund' | 'refund_returned' | 'top_up' | 'withdrawal'
  /** Signed: what leaves the account is negative. */
  readonly amountFen: number
  readonly balanceFen: number
  /** WeChat's number of what it is about: a transaction_id or a refund_id. */
  readonly businessId: string
  /** The merchant's own number of the same. */
  readonly voucher: string
  readonly note: string
}

export interface Funds {
  readonly balanceFen: number
  /** Refunds of orders older than a month in the current minute (R68). */
  readonly oldMinute: number
  readonly oldCount: number
}

/** Where the merchant platform tells of refunds in the old form, and the old API key (R59). */
export interface PlatformRefunds {
  readonly url: string
  readonly key: string
}
