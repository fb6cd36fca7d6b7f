import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { decodeBase64, decodeUtf8 } from '../bytes.ts'

// RSAES-OAEP with SHA-1 for both hashes: what every official SDK does (敏感信息加解密).
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const
/** Two SHA-1 digests and two bytes: 214 bytes are left of a 2048-bit key. */
const OAEP_OVERHEAD_BYTES = 42

/**
 * Encrypts a person's name or account for WeChat Pay, with the key whose serial goes into the
 * `Wechatpay-Serial` header. Base64. RangeError when the text has more bytes than the key takes.
 */
export function sealField(key: KeyObject, text: string): string {
  const most = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - OAEP_OVERHEAD_BYTES
  const bytes = Buffer.from(text)
  if (bytes.length > most) throw new RangeError(`a sealed field holds at most ${most} bytes`)
  return publicEncrypt({ key, ...OAEP }, bytes).toString('base64')
}

/** Opens a field that WeChat sealed for our API certificate; null when it is not for this key. */
export function openField(privateKey: KeyObject, sealed: string): string | null {
  const bytes = decodeBase64(sealed)
  if (bytes === null) return null
  try {
    return decodeUtf8(privateDecrypt({ key: privateKey, ...OAEP }, bytes))
  } catch {
    return null
  }
}
