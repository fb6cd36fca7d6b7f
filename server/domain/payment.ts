import type {
  Appid,
  Fen,
  Instant,
  Mchid,
  Openid,
  OutTradeNo,
  PrepayId,
  TransactionId,
} from '@minitill/protocol/model'

/**
 * frozen: request made, not yet asked. prepaid: WeChat gave a prepay_id. closing: close asked,
 * not confirmed. closed and paid are final, but money for a closed payment still lands (suspense).
 */
export type PaymentStatus = 'frozen' | 'prepaid' | 'closing' | 'closed' | 'paid'

/** WeChat's collection for an order: one out_trade_no for ever. */
export interface Payment {
  readonly id: string
  readonly orderId: string
  /** 1, 2, … ; a new one only after the old is verified CLOSED. */
  readonly attempt: number
  readonly status: PaymentStatus
  readonly appid: Appid
  readonly mchid: Mchid
  readonly openid: Openid
  readonly outTradeNo: OutTradeNo
  readonly amountFen: Fen
  readonly currency: 'CNY'
  /** The JSON body of the prepay request, serialised once and repeated unchanged. */
  readonly requestBody: string
  /** Recorded before the first prepay leaves; null proves that WeChat never saw this number. */
  readonly prepayAskedAtMs: Instant | null
  readonly prepayId: PrepayId | null
  readonly prepaidAtMs: Instant | null
  /** When the asking rhythm started: the hand-out of the five fields (see `restartsRhythm`). */
  readonly calledUpAtMs: Instant | null
  readonly askedCount: number
  readonly lastAskedAtMs: Instant | null
  readonly transactionId: TransactionId | null
  readonly paidAtMs: Instant | null
  readonly closedAtMs: Instant | null
  readonly createdAtMs: Instant
  readonly version: number
}

/** Whether WeChat may still take money for it. */
export function isOpen(payment: Payment): boolean {
  return payment.status !== 'closed' && payment.status !== 'paid'
}
