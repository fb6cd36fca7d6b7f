import { constants, privateDecrypt } from 'node:crypto'

/**
 * Opens a sensitive field: RSAES-OAEP, base64 (§1.10; U10: with SHA-1). null when it was not sealed
 * with the public half of this key in this way.
 */
export function openField(
  sealed: string,
  privateKey: string,
  oaepHash: 'sha1' | 'sha256',
): string | null {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const key = { key: privateKey, padding, oaepHash }
    return privateDecrypt(key, Buffer.from(sealed, 'base64')).toString('utf8')
  } catch {
    return null
  }
}
