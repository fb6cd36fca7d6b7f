import type { Fen, Instant } from '@minitill/protocol/model'
import type { Order, OrderStatus } from '../../domain/order.ts'

/** Only orders of which all that is given is so. */
export interface OrderFilter {
  readonly status?: OrderStatus | undefined
  readonly mchid?: string | undefined
  readonly appid?: string | undefined
  /** The merchant's own number. */
  readonly reference?: string | undefined
}

export interface OrderReads {
  byId(orderId: string): Promise<Order | null>
  /** By the merchant's own number; null when that merchant gave it to none. */
  byReference(mchid: string, reference: string): Promise<Order | null>
  /** Newest first. */
  pageOf(
    accountId: string,
    before: { createdAtMs: Instant; id: string } | null,
    limit: number,
  ): Promise<readonly Order[]>
  /** For the console: newest first, all accounts. */
  page(
    filter: OrderFilter,
    before: { createdAtMs: Instant; id: string } | null,
    limit: number,
  ): Promise<readonly Order[]>
}

export interface OrderWrites {
  /** Until the transaction ends nobody else gives this number to an order. */
  lockReference(mchid: string, reference: string): Promise<void>
  insert(order: Order): Promise<void>
  /** SELECT … FOR UPDATE; after the payment, before products. */
  lock(orderId: string): Promise<Order | null>
  /** Throws StaleVersion unless the stored version is `order.version`; stores version + 1. */
  update(order: Order, change: OrderChange): Promise<Order>
}

export interface OrderChange {
  readonly status?: OrderStatus
  readonly paidAtMs?: Instant
  readonly closeReason?: 'cancelled' | 'expired'
  readonly stockHeld?: boolean
  readonly refundedTotalFen?: Fen
  readonly shippingStatus?: Order['shippingStatus']
}
