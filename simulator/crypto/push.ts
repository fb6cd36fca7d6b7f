// Message push: its signature and its sealed form (消息推送, mini-program.md §8).
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

const BLOCK = 32

/** Lower-case hex SHA-1 of the parts in ASCII order: token, timestamp, nonce and, sealed, Encrypt. */
export function pushSignature(...parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''), 'utf8')
    .digest('hex')
}

function keyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64')
}

/**
 * Base64 of AES-256-CBC over 16 random bytes, the length, the message and the appid. The padding
 * fills blocks of 32, which is why a library that expects blocks of 16 can't take it off.
 */
export function sealPush(
  message: string,
  encodingAesKey: string,
  appid: string,
  random: string,
): string {
  const text = Buffer.from(message, 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const inner = Buffer.concat([Buffer.from(random, 'latin1'), length, text, Buffer.from(appid)])
  const pad = BLOCK - (inner.length % BLOCK)
  const key = keyOf(encodingAesKey)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([inner, Buffer.alloc(pad, pad)])
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

/** Opens what `sealPush` closed. Throws when key or form do not fit. */
export function openPush(
  encrypted: string,
  encodingAesKey: string,
): { readonly message: string; readonly appid: string } {
  const key = keyOf(encodingAesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const bytes = Buffer.from(encrypted, 'base64')
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()])
  const pad = padded.at(-1) ?? 0
  if (pad < 1 || pad > BLOCK) throw new RangeError('the padding is not of blocks of 32')
  const inner = padded.subarray(0, padded.length - pad)
  if (inner.length < 20) throw new RangeError('too short')
  const end = 20 + inner.readUInt32BE(16)
  if (end > inner.length) throw new RangeError('the length does not fit')
  const message = inner.subarray(20, end).toString('utf8')
  return { message, appid: inner.subarray(end).toString('utf8') }
}
