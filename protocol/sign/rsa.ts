import { constants, type KeyObject, sign, verify } from 'node:crypto'
import { decodeBase64 } from '../bytes.ts'

/**
 * RSA PKCS#1 v1.5 with SHA-256, in base64: the one signature of WECHATPAY2-SHA256-RSA2048.
 * Runs in the thread pool: a private-key operation costs about 0.3 ms that the event loop keeps.
 */
export function signBytes(key: KeyObject, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PADDING }, (error, signature) => {
      if (error === null) resolve(signature.toString('base64'))
      else reject(error)
    })
  })
}

/** Whether the base64 signature fits. Never throws; sync, because checking takes 20 µs. */
export function verifyBytes(key: KeyObject, bytes: Uint8Array, signature: string): boolean {
  const raw = decodeBase64(signature)
  if (raw === null) return false
  return verify('sha256', bytes, { key, padding: constants.RSA_PKCS1_PADDING }, raw)
}
