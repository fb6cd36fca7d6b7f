import type { Appid, Fen, Instant, Mchid, Openid } from '@minitill/protocol/model'

/** unpaid also while closing or in doubt; closed only after WeChat confirmed. */
export type OrderStatus = 'unpaid' | 'paid' | 'closed'

export type ShippingStatus = 'not_required' | 'to_ship' | 'shipped' | 'received' | 'settled'

/** What is bought. Prices are those of the moment when it was placed. */
export interface Order {
  readonly id: string
  readonly accountId: string
  readonly appid: Appid
  readonly openid: Openid
  readonly mchid: Mchid
  readonly status: OrderStatus
  readonly totalFen: Fen
  readonly currency: 'CNY'
  readonly items: readonly OrderItem[]
  readonly createdAtMs: Instant
  readonly expiresAtMs: Instant
  readonly paidAtMs: Instant | null
  /** Set once closing began; the order stays unpaid until WeChat confirmed. */
  readonly closeReason: 'cancelled' | 'expired' | null
  readonly stockHeld: boolean
  readonly refundedTotalFen: Fen
  readonly shippingStatus: ShippingStatus
  /** The merchant's own number of it, where its system made the order; its items are no products here. */
  readonly reference: string | null
  /** The fence: read at load, checked in the WHERE of the commit. */
  readonly version: number
}

export interface OrderItem {
  readonly productId: string
  readonly name: string
  readonly quantity: number
  readonly unitPriceFen: Fen
  readonly amountFen: Fen
}
