// What each event tells, as types for those who receive them. They are written by hand, because a
// receiver needs no schema library; a test compares them with the schemas that the server keeps to.

interface OrderFields {
  readonly id: string
  /** Fen. */
  readonly total: number
  readonly currency: 'CNY'
  /** The merchant's own number, where its system made the order. */
  readonly reference?: string | undefined
}

export interface OrderCreated extends OrderFields {
  readonly status: 'unpaid'
  /** RFC 3339. */
  readonly expires_at: string
}

export interface OrderPaid extends OrderFields {
  readonly status: 'paid'
  readonly payment_id: string
  /** WeChat's number of the payment. */
  readonly transaction_id: string
  /** RFC 3339. */
  readonly paid_at: string
  /** Paid after it was closed, and taken up again. */
  readonly revived?: true | undefined
}

export interface OrderClosed extends OrderFields {
  readonly status: 'closed'
  readonly close_reason: 'cancelled' | 'expired'
}

/** What WeChat's shipping management says of the order's parcels. */
export interface OrderShipping extends OrderFields {
  readonly status: 'paid'
  readonly shipping_status: 'shipped' | 'received' | 'settled'
  readonly transaction_id: string
}

/** How a bill and the books differ; docs/errors.md has them in words. */
export type DifferenceClass =
  | 'paid_there'
  | 'paid_here'
  | 'amount'
  | 'party'
  | 'fee'
  | 'unknown_order'
  | 'refund_there'
  | 'refund_here'
  | 'refund_amount'
  | 'refund_state'
  | 'external_refund'
  | 'duplicate'
  | 'fund_alone'
  | 'fund_missing'
  | 'fund_amount'
  | 'movement'
  | 'unclear'
  | 'balance'

/** A bill and the books do not agree about something, and a person is asked. */
export interface DifferenceOpened {
  readonly id: string
  readonly mchid: string
  /** The day in Beijing. */
  readonly date: string
  readonly class: DifferenceClass
  /** What WeChat says, in fen. */
  readonly there: number | null
  /** What the books say, in fen. */
  readonly here: number | null
}

/** A merchant's day was compared with its bills. */
export interface ReconciliationFinished {
  readonly id: string
  readonly mchid: string
  readonly date: string
  readonly matched: number
  readonly healed: number
  /** Differences that wait for a person. */
  readonly open: number
  /** Fen of the account that nothing explains; null: unknown. */
  readonly unexplained: number | null
}

/** Something that must always hold does not: the data itself was looked at. */
export interface PromiseBroken {
  /** Its number in docs/invariants.md, for example I-29. */
  readonly promise: string
  readonly broken: number
  readonly first: string | null
  readonly breaches: readonly { readonly subject: string; readonly why: string }[]
}

/** Money or a message that waits for a person; further fields say what is known of it. */
export interface PaymentParked {
  readonly kind: string
  readonly subject: string
  readonly [field: string]: unknown
}

export interface RefundFields {
  readonly id: string
  readonly order_id: string
  readonly out_refund_no: string
  /** Fen. */
  readonly amount: number
  readonly currency: 'CNY'
  readonly status: 'processing' | 'succeeded' | 'closed' | 'abnormal'
  /** Made on the merchant platform or by WeChat, not through Minitill. */
  readonly external: boolean
  /** awaiting: a second person has to agree first. Absent in events of older versions. */
  readonly approval?: 'not_needed' | 'awaiting' | 'approved' | 'declined' | undefined
}

export interface RefundDecided extends RefundFields {
  /** The operator. */
  readonly by: string
}

/** The content of each type of event. */
export interface EventData {
  'order.created': OrderCreated
  'order.paid': OrderPaid
  'order.closed': OrderClosed
  'order.shipped': OrderShipping
  'order.received': OrderShipping
  'order.settled': OrderShipping
  'payment.parked': PaymentParked
  'refund.created': RefundFields
  'refund.approved': RefundDecided
  'refund.approval_refused': RefundDecided
  'refund.succeeded': RefundFields
  'refund.closed': RefundFields
  'refund.abnormal': RefundFields
  'promise.broken': PromiseBroken
  'difference.opened': DifferenceOpened
  'reconciliation.finished': ReconciliationFinished
}

export type EventName = keyof EventData

interface Envelope<Name extends string, Data> {
  /** The same in every attempt and resend: what was seen already is known by it. */
  readonly id: string
  readonly type: Name
  /** When it happened, RFC 3339. */
  readonly timestamp: string
  /** What it is about, for example `order:ord_…`. */
  readonly subject: string
  /** Grows with the subject: of two events about it the higher one is the later. */
  readonly version: number
  readonly data: Data
}

/** Every event that this version knows; `type` tells which, and with it what `data` holds. */
export type KnownEvent = { [Name in EventName]: Envelope<Name, EventData[Name]> }[EventName]

/** An event of a later version: answer it with 2xx and leave it alone. */
export type UnknownEvent = Envelope<string, unknown>
