// The messages of the journal, and what can be read off them without asking anybody.
import { nullable } from '../control.ts'
import type { Words } from '../language.ts'
import { fieldsOf, numberOf, textOf } from '../read.ts'

export type Headers = Readonly<Record<string, string>>

export interface Diagnosis extends Words {
  code: string
  expected: string
  received: string
  difference?: unknown
}

export interface Exchange {
  seq: number
  at: string
  kind: string
  method: string
  url: string
  headers: Headers
  body: string
  plaintext: string
  /** 0 when nobody answered. */
  status: number
  answerHeaders: Headers
  answerBody: string
  verified: boolean | null
  failedStep: string | null
  diagnosis: Diagnosis | null
  fault: string | null
  notification: string | null
}

/** One entry of GET /_sim/journal. */
export function exchangeOf(value: unknown): Exchange {
  const fields = fieldsOf(value)
  const answer = fieldsOf(fields['answer'])
  const verification = fieldsOf(fields['verification'])
  const ok = verification['ok']
  return {
    seq: numberOf(fields['seq']),
    at: textOf(fields['at']),
    kind: textOf(fields['kind']),
    method: textOf(fields['method']),
    url: textOf(fields['url']),
    headers: headersOf(fields['headers']),
    body: bodyOf(fields['body']),
    plaintext: bodyOf(fields['plaintext']),
    status: numberOf(answer['status']),
    answerHeaders: headersOf(answer['headers']),
    answerBody: bodyOf(answer['body']),
    verified: typeof ok === 'boolean' ? ok : null,
    failedStep: nullable(verification['failed_step']),
    diagnosis: diagnosisOf(verification['diagnosis']),
    fault: nullable(fields['fault']),
    notification: nullable(fields['notification']),
  }
}

function diagnosisOf(value: unknown): Diagnosis | null {
  const fields = fieldsOf(value)
  if (typeof fields['code'] !== 'string') return null
  return {
    code: fields['code'],
    en: textOf(fields['en']),
    zh: textOf(fields['zh']),
    expected: bodyOf(fields['expected']),
    received: bodyOf(fields['received']),
    ...(fields['difference'] === undefined ? {} : { difference: fields['difference'] }),
  }
}

function headersOf(value: unknown): Headers {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([k, v]) => [k, String(v)]))
}

function bodyOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Path and query, whether or not the address names a host. */
export function pathOf(url: string): string {
  const path = /^https?:\/\//.test(url) ? url.replace(/^https?:\/\/[^/?]*/, '') : url
  return path === '' ? '/' : path
}

/** The path with what differs from call to call taken out: what one filters by. */
export function patternOf(url: string): string {
  const path = pathOf(url).split('?')[0] ?? ''
  return path
    .split('/')
    .map((part) => (/^(v\d|[a-z][a-z_-]*\d?)$/.test(part) ? part : part === '' ? '' : '…'))
    .join('/')
}

/** The order number that a message is about; "" when it names none. */
export function orderOf(exchange: Exchange): string {
  const inPath = /\/out-trade-no\/([^/?]+)/.exec(exchange.url)?.[1]
  if (inPath !== undefined) return inPath
  const texts = [exchange.plaintext, exchange.body, exchange.answerBody]
  const found = texts.map((text) => /"out_trade_no"\s*:\s*"([^"]+)"/.exec(text)?.[1])
  return found.find((number) => number !== undefined) ?? ''
}

/** Whether somebody should look at it: refused, broken, or never answered. */
export function isFailed(exchange: Exchange): boolean {
  const { status, verified, answerBody } = exchange
  if (status === 0 || status >= 400 || verified === false) return true
  return /^\s*\{[^{]*"errcode"\s*:\s*[^0,}\s]/.test(answerBody)
}

const OPERATIONS: readonly (readonly [method: string, path: RegExp, Words])[] = [
  ['POST', /\/pay\/transactions\/jsapi$/, { zh: 'JSAPI 下单', en: 'Place order (JSAPI)' }],
  ['POST', /\/out-trade-no\/[^/]+\/close$/, { zh: '关闭订单', en: 'Close order' }],
  ['GET', /\/pay\/transactions\/(out-trade-no|id)\//, { zh: '查询订单', en: 'Query order' }],
  ['GET', /^\/v3\/certificates$/, { zh: '下载平台证书', en: 'Platform certificates' }],
  ['POST', /\/refund\/domestic\/refunds$/, { zh: '申请退款', en: 'Apply for refund' }],
  ['GET', /\/refund\/domestic\/refunds\//, { zh: '查询退款', en: 'Query refund' }],
  ['POST', /apply-abnormal-refund$/, { zh: '异常退款', en: 'Abnormal refund' }],
  ['GET', /^\/v3\/bill\/tradebill/, { zh: '申请交易账单', en: 'Trade bill' }],
  ['GET', /^\/v3\/bill\/fundflowbill/, { zh: '申请资金账单', en: 'Fund flow bill' }],
  ['GET', /^\/v3\/billdownload/, { zh: '下载账单', en: 'Download bill' }],
  ['GET', /^\/sns\/jscode2session/, { zh: '登录凭证校验', en: 'Exchange login code' }],
  ['GET', /^\/cgi-bin\/token/, { zh: '获取接口凭证', en: 'Access token' }],
  ['POST', /^\/cgi-bin\/stable_token/, { zh: '获取稳定版凭证', en: 'Stable access token' }],
  ['POST', /getuserphonenumber/, { zh: '获取手机号', en: 'Phone number' }],
  ['GET', /checksession/, { zh: '检验登录态', en: 'Check session key' }],
  ['GET', /resetusersessionkey/, { zh: '重置登录态', en: 'Reset session key' }],
  ['POST', /message\/subscribe\/send/, { zh: '发送订阅消息', en: 'Subscribe message' }],
  ['POST', /\/wxa\/sec\/order\//, { zh: '发货信息管理', en: 'Shipping management' }],
]

/** What a message is called among people; null for one that has no name here. */
export function operationOf(exchange: Exchange): Words | null {
  if (exchange.kind === 'push') return { zh: '消息推送', en: 'Message push' }
  if (exchange.kind === 'notification') {
    const refund = /"event_type"\s*:\s*"REFUND/.test(exchange.body)
    return refund
      ? { zh: '退款结果通知', en: 'Refund notification' }
      : { zh: '支付成功通知', en: 'Payment notification' }
  }
  const path = pathOf(exchange.url).split('?')[0] ?? ''
  const found = OPERATIONS.find(([method, pattern]) => {
    return method === exchange.method && pattern.test(path)
  })
  return found?.[2] ?? null
}
