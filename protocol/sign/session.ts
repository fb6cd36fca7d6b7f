import { createHash, createHmac } from 'node:crypto'
import { equalTexts } from '../bytes.ts'

/**
 * HMAC-SHA256 in lower-case hex with a session_key, for checksession and resetusersessionkey
 * (检验登录态, 重置登录态; the body is empty there) and for user signatures of virtual payment.
 * The key is the session_key's text itself, not the bytes that its base64 stands for.
 */
export function sessionSignature(sessionKey: string, body: string): string {
  return createHmac('sha256', sessionKey).update(body).digest('hex')
}

/** `pay_sig` of virtual payment (虚拟支付): HMAC over the path, `&` and the body as sent. */
export function virtualPaySignature(appKey: string, path: string, body: string): string {
  return createHmac('sha256', appKey).update(`${path}&${body}`).digest('hex')
}

/** SHA-1 in lower-case hex over rawData, as received, followed by the session_key (开放数据校验). */
export function rawDataSignature(rawData: string, sessionKey: string): string {
  return createHash('sha1').update(rawData).update(sessionKey).digest('hex')
}

/** Whether a client's rawData carries the signature that only WeChat and we can make. */
export function verifyRawData(rawData: string, signature: string, sessionKey: string): boolean {
  return equalTexts(rawDataSignature(rawData, sessionKey), signature)
}
