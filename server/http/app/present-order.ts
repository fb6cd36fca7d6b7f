import { z } from 'zod'
import type { OrderView } from '../../flows/read-orders.ts'

const item = z.object({
  product_id: z.string(),
  name: z.string(),
  quantity: z.int(),
  unit_price: z.int().describe('Fen, at the moment when the order was placed.'),
  amount: z.int().describe('Fen.'),
})

/** An order as its owner sees it. Amounts are fen, times RFC 3339. */
export const orderShape = z.object({
  id: z.string(),
  status: z.enum(['unpaid', 'paid', 'closed']).describe('unpaid also while closing or in doubt.'),
  total: z.int().describe('Fen.'),
  currency: z.literal('CNY'),
  items: z.array(item),
  out_trade_no: z.string().describe('Our number at WeChat Pay.'),
  transaction_id: z.string().nullable().describe("WeChat Pay's number, once it is paid."),
  created_at: z.string(),
  expires_at: z.string(),
  paid_at: z.string().nullable(),
  refunded_total: z.int().describe('Fen.'),
  shipping_status: z.enum(['not_required', 'to_ship', 'shipped', 'received', 'settled']),
})

export type PresentedOrder = z.output<typeof orderShape>

/** Everything that an owner may know, and nothing more: no openid, no prepay_id. */
export function presentOrder({ order, payment }: OrderView): PresentedOrder {
  return {
    id: order.id,
    status: order.status,
    total: order.totalFen,
    currency: order.currency,
    items: order.items.map((line) => ({
      product_id: line.productId,
      name: line.name,
      quantity: line.quantity,
      unit_price: line.unitPriceFen,
      amount: line.amountFen,
    })),
    out_trade_no: payment.outTradeNo,
    transaction_id: payment.transactionId,
    created_at: new Date(order.createdAtMs).toISOString(),
    expires_at: new Date(order.expiresAtMs).toISOString(),
    paid_at: order.paidAtMs === null ? null : new Date(order.paidAtMs).toISOString(),
    refunded_total: order.refundedTotalFen,
    shipping_status: order.shippingStatus,
  }
}
