// A merchant's server for tests: signs, sends, and keeps what was answered. Small on purpose, and
// not the product's own client, so that a mistake in one does not hide in the other.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { SeedCredentials } from '../seed.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as it came, for bodies that are no text. */
  readonly bytes: Buffer
  readonly json: Record<string, unknown>
}

export interface CallOptions {
  readonly timestamp?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly serialNo?: string
  readonly signedBody?: string
  readonly mchid?: string
  readonly authorization?: string
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** Carries one request to WeChat: over HTTP, or by a call in this process. */
export type Transport = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<Answer>

/** Over HTTP, to a simulator that listens there. */
export function overHttp(url: string): Transport {
  return async (method, path, headers, body) => {
    const more = body === '' ? {} : { body }
    const answer = await fetch(`${url}${path}`, { method, headers, redirect: 'manual', ...more })
    const bytes = Buffer.from(await answer.arrayBuffer())
    const text = bytes.toString('utf8')
    return { status: answer.status, headers: answer.headers, text, bytes, json: parsed(text) }
  }
}

export class TestMerchant {
  readonly #send: Transport
  readonly #given: SeedCredentials
  readonly #nowMs: () => number
  #count = 0

  constructor(send: Transport, given: SeedCredentials, nowMs: () => number = Date.now) {
    this.#send = send
    this.#given = given
    this.#nowMs = nowMs
  }

  /** RSA-SHA256 with the merchant's key, base64. */
  sign(...lines: readonly string[]): string {
    const key = createPrivateKey(this.#given.private_key)
    return sign('sha256', Buffer.from(lines.map((line) => `${line}\n`).join('')), key).toString(
      'base64',
    )
  }

  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const timestamp = String(options.timestamp ?? Math.floor(this.#nowMs() / 1000))
    this.#count += 1
    const nonce = `nonce${this.#count}`
    const signature = this.sign(method, path, timestamp, nonce, options.signedBody ?? text)
    const mchid = options.mchid ?? this.#given.mchid
    const serial = options.serialNo ?? this.#given.serial_no
    const pairs = `mchid="${mchid}",nonce_str="${nonce}",signature="${signature}"`
    const made = `WECHATPAY2-SHA256-RSA2048 ${pairs},timestamp="${timestamp}",serial_no="${serial}"`
    const headers = {
      authorization: options.authorization ?? made,
      accept: 'application/json',
      'user-agent': 'minitill-test',
      ...(text === '' ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    }
    const sent = Object.entries(headers).filter(([, value]) => value !== '')
    return this.#send(method, path, Object.fromEntries(sent), text)
  }

  /** A control call. */
  control(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#send(method, path, headers, body === undefined ? '' : JSON.stringify(body))
  }

  /** A prepay request for these, complete. */
  order(outTradeNo: string, openid: string, more: Readonly<Record<string, unknown>> = {}) {
    return {
      appid: this.#given.appid,
      mchid: this.#given.mchid,
      description: '小满·试吃装',
      out_trade_no: outTradeNo,
      notify_url: 'http://127.0.0.1:9/wechat/pay/notify',
      amount: { total: 100, currency: 'CNY' },
      payer: { openid },
      ...more,
    }
  }

  prepay(outTradeNo: string, openid: string, more: Readonly<Record<string, unknown>> = {}) {
    return this.call('POST', '/v3/pay/transactions/jsapi', this.order(outTradeNo, openid, more))
  }

  query(outTradeNo: string): Promise<Answer> {
    const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${this.#given.mchid}`
    return this.call('GET', path)
  }

  close(outTradeNo: string): Promise<Answer> {
    const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`
    return this.call('POST', path, { mchid: this.#given.mchid })
  }

  /** Asks for a refund of `amount` of an order of `total` fen. */
  refund(
    outTradeNo: string,
    outRefundNo: string,
    amount: number,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Answer> {
    return this.call('POST', '/v3/refund/domestic/refunds', {
      out_trade_no: outTradeNo,
      out_refund_no: outRefundNo,
      notify_url: 'http://127.0.0.1:9/wechat/pay/refund-notify',
      amount: { refund: amount, total: 100, currency: 'CNY' },
      ...more,
    })
  }

  queryRefund(outRefundNo: string): Promise<Answer> {
    return this.call('GET', `/v3/refund/domestic/refunds/${outRefundNo}`)
  }

  /** The five fields for wx.requestPayment. */
  payment(prepayId: string, nonceStr = 'cashiernonce') {
    const timeStamp = String(Math.floor(this.#nowMs() / 1000))
    const bag = `prepay_id=${prepayId}`
    const paySign = this.sign(this.#given.appid, timeStamp, nonceStr, bag)
    return { timeStamp, nonceStr, package: bag, signType: 'RSA', paySign }
  }

  cashier(prepayId: string, action: string, more: Readonly<Record<string, unknown>> = {}) {
    return this.control('POST', '/_sim/cashier', { ...this.payment(prepayId), action, ...more })
  }

  /** The seeded person's openid in the seeded app. */
  async openid(): Promise<string> {
    const { json } = await this.control('GET', '/_sim/state')
    const people = json['people'] as { openids: Record<string, string> }[]
    return people[0]?.openids[this.#given.appid] ?? ''
  }
}

/** Whether an answer's signature is one by this key over timestamp, nonce and body. */
export function isSignedBy(answer: Answer, publicKey: string): boolean {
  const of = (name: string) => answer.headers.get(`wechatpay-${name}`) ?? ''
  const message = `${of('timestamp')}\n${of('nonce')}\n${answer.text}\n`
  const signature = Buffer.from(of('signature'), 'base64')
  return verify('sha256', Buffer.from(message), createPublicKey(publicKey), signature)
}
