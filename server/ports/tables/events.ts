import type { Instant } from '@minitill/protocol/model'
import type { EventType } from '../../domain/event.ts'

export type { EventType } from '../../domain/event.ts'

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

/** An event on its way to one endpoint. */
export interface Delivery {
  readonly id: string
  readonly eventId: string
  readonly endpointId: string
  /** 0 came with the event; each resend by hand is one more. */
  readonly round: number
  readonly status: 'pending' | 'delivered' | 'parked'
  readonly attempts: number
  /** The last answer's status, or why there was none. */
  readonly lastAnswer: string | null
  readonly createdAtMs: Instant
  readonly endedAtMs: Instant | null
}

export type NewDelivery = Pick<Delivery, 'id' | 'endpointId'>

export interface EventReads {
  byId(id: string): Promise<EventRecord | null>
  /** Newest first. */
  page(
    filter: { readonly type?: string | undefined; readonly subject?: string | undefined },
    before: { readonly createdAtMs: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly EventRecord[]>
  /** All deliveries of these events, by event, then oldest first. */
  deliveriesOf(eventIds: readonly string[]): Promise<readonly Delivery[]>
  delivery(id: string): Promise<Delivery | null>
}

export interface EventWrites {
  /**
   * Keeps an event and one delivery for each active endpoint that wants it; answers these. An
   * event of this subject and version that exists already stays as it is, and nothing is sent.
   */
  record(event: EventRecord): Promise<readonly NewDelivery[]>
  /** One round more, to every active endpoint that wants the event; answers the new deliveries. */
  sendAgain(event: EventRecord, at: Instant): Promise<readonly NewDelivery[]>
  /**
   * Writes an attempt's result. False, and nothing done, when somebody else wrote one since
   * `attempts` was read.
   */
  noteAttempt(
    id: string,
    attempts: number,
    result: {
      readonly status: Delivery['status']
      readonly answer: string
      readonly endedAtMs: Instant | null
    },
  ): Promise<boolean>
}
