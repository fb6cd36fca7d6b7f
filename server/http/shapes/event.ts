// The content of each event, as it is sent: what docs/events.md shows and consumers may rely on.
import { z } from 'zod'
import type { EventType } from '../../domain/event.ts'

const fen = z.int().describe('In fen.')
const currency = z.literal('CNY')
const orderId = z.string().describe('The order’s id, ord_…')

const order = { id: orderId, total: fen, currency }

const refund = z.object({
  id: z.string().describe('The refund’s id, rfd_…'),
  order_id: z.string(),
  out_refund_no: z.string(),
  amount: fen,
  currency,
  status: z.enum(['processing', 'succeeded', 'closed', 'abnormal']),
  external: z.boolean().describe('Made on the merchant platform or by WeChat, not through us.'),
})

const shipping = (status: 'shipped' | 'received' | 'settled') =>
  z.object({
    ...order,
    status: z.literal('paid'),
    shipping_status: z.literal(status),
    transaction_id: z.string(),
  })

/** One schema a type. A field that is added is no new version; none is ever taken away. */
export const eventData: Readonly<Record<EventType, z.ZodObject>> = {
  'order.created': z.object({
    ...order,
    status: z.literal('unpaid'),
    expires_at: z.iso.datetime(),
  }),
  'order.paid': z.object({
    ...order,
    status: z.literal('paid'),
    payment_id: z.string(),
    transaction_id: z.string().describe('WeChat’s number of the payment.'),
    paid_at: z.iso.datetime(),
    revived: z.literal(true).optional().describe('Paid after it was closed, and taken up again.'),
  }),
  'order.closed': z.object({
    ...order,
    status: z.literal('closed'),
    close_reason: z.enum(['cancelled', 'expired']),
  }),
  'order.shipped': shipping('shipped'),
  'order.received': shipping('received'),
  'order.settled': shipping('settled'),
  'payment.parked': z.looseObject({
    kind: z.string().describe('The kind of the task that it became; docs/errors.md.'),
    subject: z.string(),
  }),
  'refund.created': refund,
  'refund.succeeded': refund,
  'refund.closed': refund,
  'refund.abnormal': refund,
}
