// The steps of a verification in WeChat's order (R2), and the text that was signed.
import type { Words } from '../language.ts'
import { type Exchange, pathOf } from './messages.ts'

export interface Step extends Words {
  state: 'passed' | 'failed' | 'skipped'
  /** What the message said at this step. */
  value: string
}

interface Check extends Words {
  name: string
}

const CHECKS: readonly Check[] = [
  { name: 'headers', zh: '请求头 Accept 与 User-Agent', en: 'Headers Accept and User-Agent' },
  { name: 'authorization', zh: 'Authorization 的格式', en: 'Shape of Authorization' },
  { name: 'timestamp', zh: '时间戳在五分钟以内', en: 'Timestamp within five minutes' },
  { name: 'merchant', zh: '商户号已登记', en: 'Merchant is known' },
  { name: 'serial', zh: '商户证书序列号可用', en: 'Certificate serial is usable' },
  { name: 'signature', zh: '签名与报文一致', en: 'Signature fits the message' },
  { name: 'nonce', zh: '随机串未被重复使用', en: 'Nonce was not used before' },
]

/** The pairs of an Authorization header: mchid, nonce_str, timestamp, serial_no, signature. */
export function authorizationOf(exchange: Exchange): Record<string, string> {
  const text = exchange.headers['authorization'] ?? ''
  const pairs = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => {
    return [name, value] as const
  })
  return Object.fromEntries(pairs)
}

/** Whether the message is of the kind that carries a signature. */
export function isSigned(exchange: Exchange): boolean {
  return exchange.kind === 'notification' || pathOf(exchange.url).startsWith('/v3/')
}

function valueAt(name: string, exchange: Exchange, given: Record<string, string>): string {
  const { headers } = exchange
  const values: Record<string, string | undefined> = {
    headers: headers['user-agent'],
    authorization: headers['authorization']?.split(' ')[0],
    timestamp: given['timestamp'],
    merchant: given['mchid'],
    serial: given['serial_no'],
    signature: given['signature'],
    nonce: given['nonce_str'],
  }
  return values[name] ?? ''
}

/** The seven checks of a request of the merchant's; empty for messages that carry no signature. */
export function stepsOf(exchange: Exchange): Step[] {
  if (exchange.kind !== 'request' || !isSigned(exchange)) return []
  const given = authorizationOf(exchange)
  const failed = CHECKS.findIndex(({ name }) => name === exchange.failedStep)
  return CHECKS.map(({ name, zh, en }, index) => {
    const value = valueAt(name, exchange, given)
    if (failed < 0) return { zh, en, value, state: exchange.verified ? 'passed' : 'skipped' }
    if (index === failed) return { zh, en, value, state: 'failed' }
    return { zh, en, value, state: index < failed ? 'passed' : 'skipped' }
  })
}

/** The text that the signature must be over, every line with its newline; "" without one. */
export function signedTextOf(exchange: Exchange): string {
  const { method, url, body, headers } = exchange
  if (exchange.kind === 'notification') {
    const [time, nonce] = [headers['wechatpay-timestamp'], headers['wechatpay-nonce']]
    return time === undefined ? '' : `${time}\n${nonce ?? ''}\n${body}\n`
  }
  const { timestamp, nonce_str: nonce } = authorizationOf(exchange)
  if (!isSigned(exchange) || timestamp === undefined) return ''
  return `${method}\n${pathOf(url)}\n${timestamp}\n${nonce ?? ''}\n${body}\n`
}
