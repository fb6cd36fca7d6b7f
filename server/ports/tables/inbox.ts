import type { Instant, Mchid } from '@minitill/protocol/model'

/** A verified message, stored before acting. `plaintext` is what was sealed in it. */
export interface InboxMessage {
  readonly id: string
  readonly mchid: Mchid
  /** WeChat's own id; unique with mchid, so that a repeated delivery is one row. */
  readonly notificationId: string
  readonly eventType: string
  readonly originalType: string
  readonly plaintext: string
  readonly status: 'new' | 'applied' | 'parked' | 'foreign'
  readonly receivedAtMs: Instant
  readonly handledAtMs: Instant | null
}

export type HandledStatus = Exclude<InboxMessage['status'], 'new'>

export interface InboxReads {
  byId(inboxId: string): Promise<InboxMessage | null>
}

export interface InboxWrites {
  /** false when this notification id is stored already. */
  insert(message: InboxMessage): Promise<boolean>
  lock(inboxId: string): Promise<InboxMessage | null>
  finish(inboxId: string, status: HandledStatus, at: Instant): Promise<void>
}
