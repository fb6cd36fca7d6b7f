import type { Instant } from '@minitill/protocol/model'

/** Every event that there is; docs/events.md describes each. */
export const eventTypes = [
  'order.created',
  'order.paid',
  'order.closed',
  'order.shipped',
  'order.received',
  'order.settled',
  'payment.parked',
  'refund.created',
  'refund.approved',
  'refund.approval_refused',
  'refund.succeeded',
  'refund.closed',
  'refund.abnormal',
  'difference.opened',
  'reconciliation.finished',
  'promise.broken',
] as const

export type EventType = (typeof eventTypes)[number]

const minute = 60_000
const hour = 60 * minute

/**
 * When a delivery that failed is tried again, counted from the failure: at once nearly, then over
 * three days, then a person looks at it. The beginning is what Standard Webhooks recommends.
 */
export const deliveryRetriesMs: readonly number[] = [
  5_000,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** How long a secret that was replaced still signs beside the new one. */
export const oldSecretMs = 24 * hour

/** How a delivery ended or goes on after an attempt. */
export type DeliveryEnd =
  | { readonly kind: 'delivered' }
  /** The receiver says that it is gone for good (410). */
  | { readonly kind: 'gone' }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'parked' }

/**
 * What follows from an attempt. Any 2xx is a delivery; a redirect is none.
 * @param status the answer's status; null when there was none
 * @param attempts all attempts so far, this one included
 */
export function afterDelivery(status: number | null, attempts: number): DeliveryEnd {
  if (status !== null && status >= 200 && status <= 299) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone' }
  const afterMs = deliveryRetriesMs[attempts - 1]
  return afterMs === undefined ? { kind: 'parked' } : { kind: 'again', afterMs }
}

/** What is sent: the same bytes for every attempt, every endpoint and every resend. */
export function eventBody(event: {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly version: number
  readonly payload: unknown
  readonly createdAtMs: Instant
}): string {
  const { id, type, subject, version, payload, createdAtMs } = event
  const timestamp = new Date(createdAtMs).toISOString()
  return JSON.stringify({ id, type, timestamp, subject, version, data: told(payload) })
}

/** Our instants as times that everybody reads: `paid_at_ms` is told as `paid_at`, RFC 3339. */
function told(payload: unknown): Record<string, unknown> {
  const fields = typeof payload === 'object' && payload !== null ? Object.entries(payload) : []
  return Object.fromEntries(
    fields.map(([name, value]) =>
      name.endsWith('_at_ms') && typeof value === 'number'
        ? [name.slice(0, -'_ms'.length), new Date(value).toISOString()]
        : [name, value],
    ),
  )
}
