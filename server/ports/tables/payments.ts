import type { Instant, Mchid, OutTradeNo, PrepayId, TransactionId } from '@minitill/protocol/model'
import type { Payment, PaymentStatus } from '../../domain/payment.ts'

export interface PaymentReads {
  byId(paymentId: string): Promise<Payment | null>
  byOutTradeNo(mchid: Mchid, outTradeNo: OutTradeNo): Promise<Payment | null>
  /** The payment that this money paid, under whatever number. */
  byTransaction(transactionId: TransactionId): Promise<Payment | null>
  /** All payments of an order by attempt; the last one is the current. */
  ofOrder(orderId: string): Promise<readonly Payment[]>
  /** Whether WeChat's ticket belongs to another payment already: then this answer is not ours. */
  hasOther(prepayId: PrepayId, paymentId: string): Promise<boolean>
  ofOrders(orderIds: readonly string[]): Promise<readonly Payment[]>
}

export interface PaymentWrites {
  insert(payment: Payment): Promise<void>
  /** SELECT … FOR UPDATE; the first lock of every transaction that touches money. */
  lock(paymentId: string): Promise<Payment | null>
  /** Throws StaleVersion unless the stored version is `payment.version`; stores version + 1. */
  update(payment: Payment, change: PaymentChange): Promise<Payment>
  /**
   * Takes the right to ask WeChat now; false when somebody asked less than `gapMs` ago, on whatever
   * instance. It is no change of state, so that the version stays.
   */
  claimAsk(paymentId: string, at: Instant, gapMs: number): Promise<boolean>
}

export interface PaymentChange {
  readonly status?: PaymentStatus
  readonly prepayAskedAtMs?: Instant
  readonly prepayId?: PrepayId
  readonly prepaidAtMs?: Instant
  readonly calledUpAtMs?: Instant
  readonly transactionId?: TransactionId
  readonly paidAtMs?: Instant
  /** null when late money revives it. */
  readonly closedAtMs?: Instant | null
}
