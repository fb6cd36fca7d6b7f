import { createHmac, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'

/** `WECHATPAY2-SHA256-RSA2048` over any bytes: RSA PKCS#1 v1.5 with SHA-256, base64. */
export function rsaSign(message: Uint8Array, privateKey: KeyObject): string {
  return sign('sha256', message, privateKey).toString('base64')
}

const signLater = promisify(sign)

/** The same on the thread pool: what keeps a busy simulator's own thread free. */
export async function rsaSignLater(message: Uint8Array, privateKey: KeyObject): Promise<string> {
  return (await signLater('sha256', message, privateKey)).toString('base64')
}

/** Whether `signature` is strict base64 of this key's signature over the message. */
export function rsaVerify(message: Uint8Array, signature: string, publicKey: KeyObject): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature) || signature.length % 4 !== 0) return false
  return verify('sha256', message, publicKey, Buffer.from(signature, 'base64'))
}

/** The lines, each ended by one newline: WeChat Pay's form of everything that is signed. */
export function signedLines(...lines: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
}

/**
 * Lower-case hex HMAC-SHA256 whose key is session_key's own text, not what its base64 stands for
 * (小程序登录 签名 pages).
 */
export function sessionHmac(sessionKey: string, message: string): string {
  return createHmac('sha256', Buffer.from(sessionKey, 'utf8')).update(message, 'utf8').digest('hex')
}
