import type { Fen, Instant } from '@minitill/protocol/model'
import type { Order, OrderStatus } from '../../domain/order.ts'

export interface OrderReads {
  byId(orderId: string): Promise<Order | null>
  /** Newest first. */
  pageOf(
    accountId: string,
    before: { createdAtMs: Instant; id: string } | null,
    limit: number,
  ): Promise<readonly Order[]>
  /** For the console: newest first, all accounts. */
  page(
    filter: { status?: OrderStatus },
    before: { createdAtMs: Instant; id: string } | null,
    limit: number,
  ): Promise<readonly Order[]>
}

export interface OrderWrites {
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
