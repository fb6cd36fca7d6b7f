import type { Instant } from '@minitill/protocol/model'

export type EventType =
  | 'order.created'
  | 'order.paid'
  | 'order.closed'
  | 'payment.parked'
  | 'refund.created'
  | 'refund.succeeded'
  | 'refund.closed'
  | 'refund.abnormal'

/** What we tell the merchant's systems: recorded with its change, delivered later at least once. */
export interface EventRecord {
  readonly id: string
  readonly type: EventType
  readonly subject: string
  /** The subject's version after the change; never goes back, never twice. */
  readonly version: number
  readonly payload: Readonly<Record<string, unknown>>
  readonly createdAtMs: Instant
}

export interface EventWrites {
  /** An event of this subject and version that exists already stays as it is. */
  record(event: EventRecord): Promise<void>
}
