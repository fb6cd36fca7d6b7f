import type { Fen, Instant, Mchid, OutRefundNo, TransactionId } from '@minitill/protocol/model'
import type { Receipt, Refund } from '../../domain/refund.ts'
import type { RefundChange } from '../../domain/settle-refund.ts'

export interface ReceiptReads {
  byId(receiptId: string): Promise<Receipt | null>
  byTransaction(mchid: Mchid, transactionId: TransactionId): Promise<Receipt | null>
}

export interface ReceiptWrites {
  /** Makes it unless there is one of this transaction, and locks it; after payment and order. */
  open(receipt: Receipt): Promise<Receipt>
  lock(receiptId: string): Promise<Receipt | null>
  /** Takes the next turn to send; null when it is ours now, else when to come again. */
  takeTurn(receiptId: string, at: Instant, gapMs: number): Promise<Instant | null>
}

export interface RefundReads {
  byId(refundId: string): Promise<Refund | null>
  byOutRefundNo(mchid: Mchid, outRefundNo: OutRefundNo): Promise<Refund | null>
  /** Oldest first. */
  ofOrder(orderId: string): Promise<readonly Refund[]>
  /** Oldest first. */
  ofReceipt(receiptId: string): Promise<readonly Refund[]>
  /** Σ of what arrived. */
  succeededOf(receiptId: string): Promise<Fen>
}

export interface RefundWrites {
  /** The database refuses it when it passes the ceiling of its receipt. */
  insert(refund: Refund): Promise<void>
  /** SELECT … FOR UPDATE; after payment, order and receipt. */
  lock(refundId: string): Promise<Refund | null>
  /** Throws StaleVersion unless the stored version is `refund.version`; stores version + 1. */
  update(refund: Refund, change: RefundChange): Promise<Refund>
}
