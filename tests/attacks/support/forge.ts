// WeChat's side of a notification, made by hand: everything is right unless a test says otherwise,
// so that an attack differs from a genuine message in one thing only.
import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto'
import { sealResource } from '../../../simulator/crypto/seal.ts'
import { rsaSign, signedLines } from '../../../simulator/crypto/sign.ts'
import type { Reply } from '../../support/http.ts'
import type { Pair } from '../../support/pair.ts'
import type { Shopper } from '../../support/shopper.ts'
import { type RawHeaders, rawRequest } from './raw.ts'

/** An order that waits for its money. */
export interface Victim {
  readonly id: string
  readonly no: string
  readonly total: number
  readonly openid: string
  readonly transactionId: string
}

/** An order just placed: WeChat was not asked about it, so that nothing moves by itself. */
export async function placed(pair: Pair, person: Shopper): Promise<Victim> {
  const order = await person.order([{ product_id: 'cup', quantity: 1 }])
  if (order.status !== 201) throw new Error(`no order: ${order.text}`)
  const { id, out_trade_no: no, total } = order.json
  const { rows } = await pair.db.query('SELECT openid FROM payment WHERE out_trade_no = $1', [no])
  const transactionId = `4200${BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString()
    .padStart(24, '0')}`
  return { id, no, total, openid: rows[0].openid, transactionId }
}

type Json = Record<string, unknown>

/** What WeChat would tell about a paid order. */
export function paidContent(pair: Pair, victim: Victim, more: Json = {}): Json {
  const { total } = victim
  return {
    appid: pair.credentials.appid,
    mchid: pair.credentials.mchid,
    out_trade_no: victim.no,
    transaction_id: victim.transactionId,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    success_time: new Date(pair.world.nowMs()).toISOString().replace(/\.\d+Z$/, '+00:00'),
    payer: { openid: victim.openid },
    amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' },
    ...more,
  }
}

export interface EnvelopeParts {
  readonly plaintext: string
  readonly apiv3Key?: string
  readonly nonce?: string
  readonly associatedData?: string
  readonly envelope?: Json
  readonly resource?: Json
}

/** The bytes of a notification. */
export function noticeBody(pair: Pair, parts: EnvelopeParts): Buffer {
  const { nonce = randomBytes(6).toString('hex'), associatedData = 'transaction' } = parts
  const key = parts.apiv3Key ?? pair.credentials.apiv3_key
  return Buffer.from(
    JSON.stringify({
      id: randomUUID(),
      create_time: new Date(pair.world.nowMs()).toISOString(),
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      summary: '支付成功',
      resource: {
        original_type: 'transaction',
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: sealResource(parts.plaintext, key, nonce, associatedData),
        associated_data: associatedData,
        nonce,
        ...parts.resource,
      },
      ...parts.envelope,
    }),
  )
}

export interface SignatureParts {
  readonly skewS?: number
  readonly timestamp?: string
  readonly serial?: string
  /** PEM; WeChat's own unless given. */
  readonly privateKey?: string
  readonly mchid?: string
}

/** The signature headers over a body, by WeChat's public key unless told otherwise. */
export function signed(pair: Pair, body: Uint8Array, parts: SignatureParts = {}): RawHeaders {
  const mchid = parts.mchid ?? pair.credentials.mchid
  const { publicKey } = pair.world.must('merchants', mchid)
  const seconds = Math.floor(pair.world.nowMs() / 1000) + (parts.skewS ?? 0)
  const timestamp = parts.timestamp ?? String(seconds)
  const nonce = randomBytes(16).toString('hex')
  const key = createPrivateKey(parts.privateKey ?? publicKey.privateKey)
  return {
    'content-type': 'application/json',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': parts.serial ?? publicKey.id,
    'wechatpay-signature': rsaSign(signedLines(timestamp, nonce, body), key),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** Posts bytes to the address for notifications. */
export async function post(
  pair: Pair,
  body: Uint8Array,
  headers: RawHeaders,
  mchid = pair.credentials.mchid,
): Promise<Reply> {
  return await rawRequest(`${pair.server.url}/wechat/pay/notify/${mchid}`, { headers, body })
}

/** Seals, signs and posts a content as WeChat itself would; only the content is the test's. */
export async function tell(
  pair: Pair,
  content: unknown,
  parts: Partial<EnvelopeParts> = {},
): Promise<Reply> {
  const body = noticeBody(pair, { plaintext: JSON.stringify(content), ...parts })
  return await post(pair, body, signed(pair, body))
}
