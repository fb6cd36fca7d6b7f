import { createCipheriv, createDecipheriv } from 'node:crypto'

/** The AES-GCM variant by key length: WeChat uses 32 bytes, some published vectors 16. */
function gcm(key: Uint8Array): 'aes-256-gcm' | 'aes-128-gcm' {
  return key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
}

/** AEAD_AES_256_GCM as WeChat Pay writes it: base64 of ciphertext and 16 bytes of tag. */
export function sealResource(
  plaintext: string,
  apiv3Key: string,
  nonce: string,
  associatedData: string,
): string {
  const key = Buffer.from(apiv3Key, 'utf8')
  const cipher = createCipheriv(gcm(key), key, Buffer.from(nonce, 'utf8'))
  cipher.setAAD(Buffer.from(associatedData, 'utf8'))
  const sealed = [cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(sealed).toString('base64')
}

/** Opens what `sealResource` closed. Throws when key, nonce, data or ciphertext do not fit. */
export function openResource(
  ciphertext: string,
  apiv3Key: string,
  nonce: string,
  associatedData: string,
): string {
  const key = Buffer.from(apiv3Key, 'utf8')
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv(gcm(key), key, Buffer.from(nonce, 'utf8'))
  decipher.setAAD(Buffer.from(associatedData, 'utf8'))
  decipher.setAuthTag(bytes.subarray(bytes.length - 16))
  const opened = [decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]
  return Buffer.concat(opened).toString('utf8')
}

/** encryptedData: AES-128-CBC, PKCS#7, key and iv in base64 (开放数据校验与解密). */
export function sealUserData(plaintext: string, sessionKey: string, iv: string): string {
  const key = Buffer.from(sessionKey, 'base64')
  const cipher = createCipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
  return Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]).toString('base64')
}

/** Opens encryptedData. Throws when the session_key is another one. */
export function openUserData(encryptedData: string, sessionKey: string, iv: string): string {
  const key = Buffer.from(sessionKey, 'base64')
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
  const opened = [decipher.update(Buffer.from(encryptedData, 'base64')), decipher.final()]
  return Buffer.concat(opened).toString('utf8')
}
