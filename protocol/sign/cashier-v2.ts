import { createHash, createHmac } from 'node:crypto'

/**
 * The call-up signature of the old interface (v2): sorted pairs and the API key, upper-case hex.
 * We never pay with it; it is here to recognise it, when somebody mixes the two interfaces up.
 */
export function cashierSignatureV2(
  call: {
    readonly appId: string
    readonly timeStamp: string
    readonly nonceStr: string
    readonly package: string
    readonly signType: 'MD5' | 'HMAC-SHA256'
  },
  apiKey: string,
): string {
  const pairs = Object.entries(call)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
  const text = `${pairs.join('&')}&key=${apiKey}`
  const hash = call.signType === 'MD5' ? createHash('md5') : createHmac('sha256', apiKey)
  return hash.update(text).digest('hex').toUpperCase()
}
