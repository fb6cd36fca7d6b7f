import type { Appid, Instant } from '@minitill/protocol/model'

/** A verified push of WeChat's, stored before it is answered. */
export interface PushMessage {
  readonly id: string
  readonly appid: Appid
  /** Hash of the message; with the appid it makes one row of WeChat's repetitions. */
  readonly digest: string
  readonly event: string
  /** The message's own fields; texts and numbers as they came. */
  readonly content: Readonly<Record<string, unknown>>
  readonly status: 'new' | 'applied' | 'ignored'
  readonly receivedAtMs: Instant
  readonly handledAtMs: Instant | null
}

/** A subscribe message (订阅消息) to the person who ordered. One for each (kind, subject). */
export interface PersonMessage {
  readonly id: string
  readonly kind: 'paid' | 'shipped' | 'refunded'
  readonly subject: string
  readonly orderId: string
  readonly appid: Appid
  /** The JSON text that WeChat gets. */
  readonly requestBody: string
  /** unwanted: the person did not allow it (43101), which is an answer like another. */
  readonly status: 'queued' | 'sent' | 'unwanted' | 'failed'
  readonly sentCount: number
  readonly errcode: number | null
  readonly createdAtMs: Instant
  readonly endedAtMs: Instant | null
}

export interface MessageReads {
  pushById(pushId: string): Promise<PushMessage | null>
  messageById(messageId: string): Promise<PersonMessage | null>
}

export interface MessageWrites {
  /** false when this very message is stored already. */
  insertPush(message: PushMessage): Promise<boolean>
  finishPush(pushId: string, at: Instant): Promise<void>
  /** false when this was said, or will be. */
  insertMessage(message: PersonMessage): Promise<boolean>
  /** Counts an attempt before it leaves; false when it ended meanwhile. */
  countSend(messageId: string): Promise<boolean>
  endMessage(
    messageId: string,
    end: { status: 'sent' | 'unwanted' | 'failed'; errcode: number | null },
    at: Instant,
  ): Promise<void>
}
