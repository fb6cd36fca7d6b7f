import type { KeyObject } from 'node:crypto'
import { decodeUtf8, parseJson } from './bytes.ts'
import {
  type Instant,
  ModelError,
  type NotificationEnvelope,
  parseNotificationEnvelope,
  parseRefundNotice,
  parseTransaction,
  type RefundNotice,
  type SerialNo,
  type Transaction,
} from './model/index.ts'
import { openResource, type ResourceRefusal } from './seal/resource.ts'
import type { KeyRing } from './sign/key-ring.ts'
import { type Headers, type MessageRefusal, verifyMessage } from './sign/message.ts'

/** What every notification has: its envelope, the key that signed it, the opened text. */
interface NotificationFacts {
  readonly id: string
  readonly event_type: string
  /** The robust discriminator; an event_type can be shared by several kinds. */
  readonly original_type: string
  readonly create_time: string
  readonly serial: SerialNo
  /** The opened resource as it was, to be kept as evidence. */
  readonly plaintext: string
}

/** A verified, opened, typed notification of WeChat Pay. */
export type Notification =
  | (NotificationFacts & { readonly kind: 'transaction'; readonly transaction: Transaction })
  | (NotificationFacts & { readonly kind: 'refund'; readonly refund: RefundNotice })
  /** Anything else that is authentic: acknowledge it and keep its text. */
  | (NotificationFacts & { readonly kind: 'other' })

/**
 * Why a notification is refused. Up to `signature_wrong` nothing is known about the sender; from
 * `not_json` on WeChat did sign the bytes, but they are no notification for these keys.
 */
export type NotificationRefusal =
  | MessageRefusal
  | ResourceRefusal
  | 'too_large'
  | 'not_json'
  | 'not_an_envelope'
  | 'content_malformed'

export type NotificationReading =
  | { readonly ok: true; readonly notification: Notification }
  /** `detail` is for logs: a header, field or serial, never content. */
  | { readonly ok: false; readonly reason: NotificationRefusal; readonly detail: string }

/** Twice the documented mebibyte of ciphertext, in base64 and with its envelope. */
export const NOTIFICATION_MOST_BYTES = 2_097_152

const refuse = (reason: NotificationRefusal, detail: string): NotificationReading => ({
  ok: false,
  reason,
  detail,
})

/**
 * Reads what was posted to a notify_url (支付通知, 退款结果通知): signature over the raw bytes first,
 * then the envelope, then the seal, then the content. `apiv3Keys` are the merchant's present and,
 * while it is being changed, previous APIv3 key. Never throws; a refused body stays unread.
 */
export function readNotification(
  message: { readonly headers: Headers; readonly body: Uint8Array },
  merchant: { readonly keys: KeyRing; readonly apiv3Keys: readonly KeyObject[] },
  now: Instant,
): NotificationReading {
  if (message.body.length > NOTIFICATION_MOST_BYTES) return refuse('too_large', 'body')
  const check = verifyMessage(message, merchant.keys, now)
  if (!check.ok) return refuse(check.reason, check.detail)
  const value = parseJson(decodeUtf8(message.body))
  if (value === undefined) return refuse('not_json', 'body')
  const envelope = attempt(() => parseNotificationEnvelope(value))
  if (envelope instanceof ModelError) return refuse('not_an_envelope', envelope.message)
  if (envelope.resource_type !== 'encrypt-resource')
    return refuse('not_an_envelope', 'resource_type')
  const opened = openResource(merchant.apiv3Keys, envelope.resource)
  if (!opened.ok) return refuse(opened.reason, 'resource')
  const plaintext = decodeUtf8(opened.plaintext)
  if (plaintext === null) return refuse('content_malformed', 'not UTF-8')
  const notification = attempt(() => typed(envelope, check.serial, plaintext))
  if (notification instanceof ModelError) return refuse('content_malformed', notification.message)
  return { ok: true, notification }
}

function attempt<T>(parse: () => T): T | ModelError {
  try {
    return parse()
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
}

function typed(envelope: NotificationEnvelope, serial: SerialNo, plaintext: string): Notification {
  const { id, event_type, create_time } = envelope
  const original_type = envelope.resource.original_type ?? originalTypeOf(event_type)
  const facts = { id, event_type, original_type, create_time, serial, plaintext }
  const content = parseJson(plaintext)
  if (original_type === 'transaction' && !isCombined(content)) {
    return { ...facts, kind: 'transaction', transaction: parseTransaction(content) }
  }
  if (original_type === 'refund') {
    return { ...facts, kind: 'refund', refund: parseRefundNotice(content) }
  }
  return { ...facts, kind: 'other' }
}

/** Old notifications may lack original_type; then the event's first word is the best there is. */
function originalTypeOf(eventType: string): string {
  if (eventType.startsWith('TRANSACTION.')) return 'transaction'
  return eventType.startsWith('REFUND.') ? 'refund' : ''
}

/** Combined orders (合单) come as transactions too, with another content. */
function isCombined(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'combine_out_trade_no' in content
}
