// The content of each event, as it is sent: what docs/events.md shows and consumers may rely on.
import { z } from 'zod'
import type { EventType } from '../../domain/event.ts'
import { differenceClasses } from '../../domain/reconcile/difference.ts'

const fen = z.int().describe('In fen.')
const currency = z.literal('CNY')
const orderId = z.string().describe('The order’s id, ord_…')

const reference = z.string().optional().describe('The merchant’s own number, if it gave one.')

const order = { id: orderId, total: fen, currency, reference }

const refund = z.object({
  id: z.string().describe('The refund’s id, rfd_…'),
  order_id: z.string(),
  out_refund_no: z.string(),
  amount: fen,
  currency,
  status: z.enum(['processing', 'succeeded', 'closed', 'abnormal']),
  external: z.boolean().describe('Made on the merchant platform or by WeChat, not through us.'),
  approval: z
    .enum(['not_needed', 'awaiting', 'approved', 'declined'])
    .optional()
    .describe('awaiting: a second person has to agree first. Absent in events of older versions.'),
})
const decided = refund.extend({ by: z.string().describe('The operator.') })

const shipping = (status: 'shipped' | 'received' | 'settled') =>
  z.object({
    ...order,
    status: z.literal('paid'),
    shipping_status: z.literal(status),
    transaction_id: z.string(),
  })

/** One schema a type. A field that is added is no new version; none is ever taken away. */
export const eventData = {
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
  'refund.approved': decided,
  'refund.approval_refused': decided,
  'refund.succeeded': refund,
  'refund.closed': refund,
  'refund.abnormal': refund,
  'difference.opened': z.object({
    id: z.string().describe('The difference’s id, dif_…'),
    mchid: z.string(),
    date: z.iso.date().describe('The day in Beijing.'),
    class: z.enum(differenceClasses),
    there: fen.nullable().describe('What WeChat says, in fen.'),
    here: fen.nullable().describe('What the books say, in fen.'),
  }),
  'reconciliation.finished': z.object({
    id: z.string().describe('The merchant’s day, rec_…'),
    mchid: z.string(),
    date: z.iso.date(),
    matched: z.int(),
    healed: z.int(),
    open: z.int().describe('Differences that wait for a person.'),
    unexplained: fen
      .nullable()
      .describe('Fen of the account that nothing explains; null: unknown.'),
  }),
  'promise.broken': z.object({
    promise: z.string().describe('Its number in docs/invariants.md, for example I-29.'),
    broken: z.int().describe('How many rows break it.'),
    first: z.string().nullable(),
    breaches: z
      .array(z.object({ subject: z.string(), why: z.string() }))
      .describe('The first few.'),
  }),
} as const satisfies Readonly<Record<EventType, z.ZodObject>>
