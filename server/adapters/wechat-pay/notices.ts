import {
  type Notification,
  type NotificationRefusal,
  openResource,
  readNotification,
} from '@minitill/protocol'
import { type Instant, isPublicKeyId, parseNotificationEnvelope } from '@minitill/protocol/model'
import type { NoticeRefusal, NoticeResult, OpenedNotice, RawNotice } from '../../ports/index.ts'
import type { Ring } from './rings.ts'

/** Verifies and opens a message with one merchant's keys; looks for new ones in the database once. */
export async function openNotice(ring: Ring, raw: RawNotice, now: Instant): Promise<NoticeResult> {
  let reading = read(ring, raw, now)
  if (!reading.ok && reading.reason === 'serial_unknown' && !isPublicKeyId(reading.detail)) {
    await ring.look()
    reading = read(ring, raw, now)
  }
  if (reading.ok) return { ok: true, notice: opened(reading.notification) }
  if (reading.reason === 'content_malformed') return malformed(ring, raw)
  const isPublicKey = reading.reason === 'serial_unknown' && isPublicKeyId(reading.detail)
  return { ok: false, reason: isPublicKey ? 'unknown_public_key' : refusals[reading.reason] }
}

const read = (ring: Ring, raw: RawNotice, now: Instant) =>
  readNotification(raw, { keys: ring.keys(), apiv3Keys: [ring.merchant.apiv3Key] }, now)

function opened(notification: Notification): OpenedNotice {
  return {
    id: notification.id,
    eventType: notification.event_type,
    originalType: notification.original_type,
    plaintext: notification.plaintext,
    kind: notification.kind,
    transaction: notification.kind === 'transaction' ? notification.transaction : null,
    refund: notification.kind === 'refund' ? notification.refund : null,
  }
}

/**
 * WeChat signed and sealed it, yet the content is not what its type says. It is kept as it is, for
 * a person: refusing it would only make WeChat send it fifteen times more.
 */
function malformed(ring: Ring, raw: RawNotice): NoticeResult {
  const envelope = parseNotificationEnvelope(JSON.parse(Buffer.from(raw.body).toString('utf8')))
  const resource = openResource([ring.merchant.apiv3Key], envelope.resource)
  if (!resource.ok) return { ok: false, reason: 'not_openable' }
  const notice: OpenedNotice = {
    id: envelope.id,
    eventType: envelope.event_type,
    originalType: envelope.resource.original_type ?? '',
    plaintext: Buffer.from(resource.plaintext).toString('utf8').replaceAll('\u0000', ''),
    kind: 'malformed',
    transaction: null,
    refund: null,
  }
  return { ok: true, notice }
}

const refusals: Readonly<Record<NotificationRefusal, NoticeRefusal>> = {
  header_missing: 'header_missing',
  header_doubled: 'header_doubled',
  timestamp_malformed: 'timestamp_malformed',
  too_old: 'timestamp_too_old',
  in_future: 'timestamp_in_future',
  signature_type_unknown: 'bad_signature',
  probe: 'probe',
  serial_unknown: 'unknown_serial',
  signature_wrong: 'bad_signature',
  too_large: 'not_a_notification',
  not_json: 'not_a_notification',
  not_an_envelope: 'not_a_notification',
  algorithm_unknown: 'wrong_algorithm',
  nonce_malformed: 'not_openable',
  not_authentic: 'not_openable',
  not_base64: 'not_openable',
  content_malformed: 'malformed_resource',
}
