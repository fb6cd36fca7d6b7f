import type { KeyObject } from 'node:crypto'
import type { Instant, SerialNo } from '../model/index.ts'
import type { KeyRing } from './key-ring.ts'
import { SCHEME } from './request.ts'
import { signBytes, verifyBytes } from './rsa.ts'

/** Headers as they came: a list, because a doubled header must be seen and not joined away. */
export type Headers = ReadonlyArray<readonly [name: string, value: string]>

/** Five minutes: an older or newer message is refused, so that nothing can be replayed later. */
export const WINDOW_MS = 300_000

/** Signatures of WeChat's deliberate tests begin so (签名探测流量). They must fail like a forgery. */
export const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/'

/**
 * Why an answer or a notification is not believed.
 *
 * - `header_missing`, `header_doubled`: one of the four Wechatpay headers
 * - `timestamp_malformed`: not seconds since 1970 (0, negative, milliseconds, 1e9)
 * - `too_old`, `in_future`: five minutes or more from our clock
 * - `signature_type_unknown`: another scheme than SHA256-RSA2048
 * - `probe`: WeChat tests whether we check. Answer as for a forgery, and count apart
 * - `serial_unknown`: no key of that name in the ring
 * - `signature_wrong`: not made by that key over these bytes
 */
export type MessageRefusal =
  | 'header_missing'
  | 'header_doubled'
  | 'timestamp_malformed'
  | 'too_old'
  | 'in_future'
  | 'signature_type_unknown'
  | 'probe'
  | 'serial_unknown'
  | 'signature_wrong'

export type MessageCheck =
  | { readonly ok: true; readonly serial: SerialNo }
  /** `detail` names the header, or is the unknown serial. Never the signature. */
  | { readonly ok: false; readonly reason: MessageRefusal; readonly detail: string }

/** The three lines of an answer's or notification's signature, each ended by a line feed (应答签名). */
export function messageText(timestamp: string, nonce: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')])
}

/** Signs the three lines: for tests and tools; a merchant never sends such a message. */
export function signMessage(
  key: KeyObject,
  message: { timestamp: string; nonce: string; body: Uint8Array },
): Promise<string> {
  return signBytes(key, messageText(message.timestamp, message.nonce, message.body))
}

const FOUR = [
  'Wechatpay-Timestamp',
  'Wechatpay-Nonce',
  'Wechatpay-Serial',
  'Wechatpay-Signature',
] as const

const refuse = (reason: MessageRefusal, detail: string): MessageCheck => ({
  ok: false,
  reason,
  detail,
})

/**
 * Whether WeChat Pay signed these bytes just now, with a key of the ring. `body` is the raw body,
 * before any parsing; empty for 204. Never throws.
 */
export function verifyMessage(
  message: { readonly headers: Headers; readonly body: Uint8Array },
  keys: KeyRing,
  now: Instant,
): MessageCheck {
  const values: string[] = []
  for (const name of FOUR) {
    const found = valuesOf(message.headers, name)
    if (found.length > 1) return refuse('header_doubled', name)
    const [value = ''] = found
    if (value === '') return refuse('header_missing', name)
    values.push(value)
  }
  const [timestamp = '', nonce = '', serial = '', signature = ''] = values
  const early = refuseByTime(timestamp, now) ?? refuseByType(message.headers)
  if (early !== null) return early
  if (signature.startsWith(PROBE_PREFIX)) return refuse('probe', 'Wechatpay-Signature')
  const key = keys.find(serial)
  if (key === undefined) return refuse('serial_unknown', serial.slice(0, 80))
  const text = messageText(timestamp, nonce, message.body)
  if (!verifyBytes(key.key, text, signature)) return refuse('signature_wrong', key.serial)
  return { ok: true, serial: key.serial }
}

function valuesOf(headers: Headers, name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
}

function refuseByTime(timestamp: string, now: Instant): MessageCheck | null {
  // Ten digits, no leading zero: the years 2001 to 2286 in seconds, and no milliseconds.
  if (!/^[1-9][0-9]{9}$/.test(timestamp)) return refuse('timestamp_malformed', FOUR[0])
  const ageMs = now - Number(timestamp) * 1000
  if (ageMs >= WINDOW_MS) return refuse('too_old', FOUR[0])
  if (ageMs <= -WINDOW_MS) return refuse('in_future', FOUR[0])
  return null
}

function refuseByType(headers: Headers): MessageCheck | null {
  const name = 'Wechatpay-Signature-Type'
  const types = valuesOf(headers, name)
  if (types.length > 1) return refuse('header_doubled', name)
  const [type = SCHEME] = types
  return type === SCHEME ? null : refuse('signature_type_unknown', name)
}
