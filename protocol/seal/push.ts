import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
} from 'node:crypto'
import { decodeBase64, decodeUtf8, equalTexts } from '../bytes.ts'
import { KeyError } from '../sign/key-text.ts'

// Message push (消息推送): its own signature, its own key, and a padding to blocks of 32.

const PAD_BLOCK = 32
const RANDOM_BYTES = 16
const LENGTH_BYTES = 4

/** EncodingAESKey (43 letters and digits) as a secret that does not print; KeyError otherwise. */
export function loadMessageAesKey(text: string, field = 'message_aes_key'): KeyObject {
  if (!/^[0-9A-Za-z]{43}$/.test(text)) {
    throw new KeyError(field, 'must be exactly 43 letters and digits (EncodingAESKey)')
  }
  return createSecretKey(Buffer.from(`${text}=`, 'base64'))
}

/** SHA-1 in lower-case hex over the parts, sorted by their bytes and put together. */
export function pushSignature(token: string, ...parts: string[]): string {
  const sorted = [token, ...parts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return createHash('sha1').update(sorted.join('')).digest('hex')
}

/** What WeChat puts into the query of every push and of the URL check. */
export interface PushQuery {
  readonly timestamp: string
  readonly nonce: string
  readonly signature: string
}

/** Whether a URL check (answer `echostr` then) or a plain push comes from WeChat. */
export function verifyPush(token: string, query: PushQuery): boolean {
  return equalTexts(pushSignature(token, query.timestamp, query.nonce), query.signature)
}

/** Who pushes and receives: the mini program's settings. */
export interface PushKeys {
  readonly token: string
  readonly aesKey: KeyObject
  readonly appid: string
}

/** Why a sealed push was not opened: forged, sealed with another key, or another program's. */
export type PushRefusal = 'signature_wrong' | 'not_opened' | 'appid_wrong'

export type OpenedPush =
  | { readonly ok: true; readonly message: string }
  | { readonly ok: false; readonly reason: PushRefusal }

/**
 * Opens a push in safe mode (安全模式): `msg_signature` over the sealed text, then AES-256-CBC, then
 * the appid at the end must be ours. The plain `signature` proves nothing here. Never throws.
 */
export function openPush(
  keys: PushKeys,
  query: { readonly timestamp: string; readonly nonce: string; readonly msg_signature: string },
  encrypt: string,
): OpenedPush {
  const expected = pushSignature(keys.token, query.timestamp, query.nonce, encrypt)
  if (!equalTexts(expected, query.msg_signature)) return { ok: false, reason: 'signature_wrong' }
  const plain = openCbc(keys.aesKey, encrypt)
  if (plain === null || plain.length < RANDOM_BYTES + LENGTH_BYTES) {
    return { ok: false, reason: 'not_opened' }
  }
  const start = RANDOM_BYTES + LENGTH_BYTES
  const end = start + plain.readUInt32BE(RANDOM_BYTES)
  if (end > plain.length) return { ok: false, reason: 'not_opened' }
  const message = decodeUtf8(plain.subarray(start, end))
  if (message === null) return { ok: false, reason: 'not_opened' }
  if (plain.subarray(end).toString() !== keys.appid) return { ok: false, reason: 'appid_wrong' }
  return { ok: true, message }
}

/** A sealed message with its signature: a reply in safe mode, or a push as a test makes it. */
export interface SealedPush {
  readonly Encrypt: string
  readonly MsgSignature: string
  readonly TimeStamp: number
  readonly Nonce: string
}

/** Seals a message. `random` is 16 bytes, `timestamp` seconds, `nonce` that of the request. */
export function sealPush(
  keys: PushKeys,
  envelope: { readonly random: Uint8Array; readonly timestamp: number; readonly nonce: string },
  message: string,
): SealedPush {
  if (envelope.random.length !== RANDOM_BYTES) throw new RangeError('random must be 16 bytes')
  const content = Buffer.from(message)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(content.length)
  const plain = Buffer.concat([envelope.random, length, content, Buffer.from(keys.appid)])
  const pad = PAD_BLOCK - (plain.length % PAD_BLOCK)
  const cipher = createCipheriv('aes-256-cbc', keys.aesKey, ivOf(keys.aesKey))
  cipher.setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(pad, pad)])
  const Encrypt = Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
  const { timestamp, nonce } = envelope
  const MsgSignature = pushSignature(keys.token, String(timestamp), nonce, Encrypt)
  return { Encrypt, MsgSignature, TimeStamp: timestamp, Nonce: nonce }
}

function ivOf(aesKey: KeyObject): Buffer {
  return aesKey.export().subarray(0, 16)
}

function openCbc(aesKey: KeyObject, encrypt: string): Buffer | null {
  const sealed = decodeBase64(encrypt)
  if (sealed === null || sealed.length === 0 || sealed.length % 16 !== 0) return null
  const decipher = createDecipheriv('aes-256-cbc', aesKey, ivOf(aesKey))
  // Pads go up to 32; OpenSSL's own unpadding stops at its block of 16 and would throw.
  decipher.setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(sealed), decipher.final()])
  const pad = plain.at(-1) ?? 0
  if (pad < 1 || pad > PAD_BLOCK || pad > plain.length) return null
  const padding = plain.subarray(plain.length - pad)
  return padding.every((byte) => byte === pad) ? plain.subarray(0, plain.length - pad) : null
}
