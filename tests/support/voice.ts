import { createCipheriv, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Reply } from './http.ts'
import type { Pair } from './pair.ts'

export type Headers4 = Record<string, string>

/**
 * WeChat's own voice: a platform key that the server believes, and the merchant's APIv3 key. With it
 * a test says anything that WeChat could say, and everything that it never would.
 */
export class Voice {
  readonly serial: string
  readonly #pair: Pair
  readonly #privateKey: string

  private constructor(pair: Pair, serial: string, privateKey: string) {
    this.#pair = pair
    this.serial = serial
    this.#privateKey = privateKey
  }

  /** Puts a platform certificate's key where downloaded ones are kept. */
  static async learn(pair: Pair): Promise<Voice> {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const serial = randomBytes(20).toString('hex').toUpperCase()
    await pair.db.query(
      `INSERT INTO platform_key
         (mchid, serial_no, public_key, effective_at_ms, expires_at_ms, fetched_at_ms)
       VALUES ($1, $2, $3, 0, 4000000000000, 0)`,
      [pair.credentials.mchid, serial, publicKey],
    )
    return new Voice(pair, serial, privateKey)
  }

  /** A paid transaction, as the seeded merchant would be told. */
  transaction(outTradeNo: string, total: number, more: object = {}): Record<string, unknown> {
    const { appid, mchid } = this.#pair.credentials
    return {
      appid,
      mchid,
      out_trade_no: outTradeNo,
      transaction_id: `42000${randomBytes(10).toString('hex').replace(/\D/g, '7')}`.slice(0, 28),
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
      bank_type: 'OTHERS',
      success_time: new Date(Date.now()).toISOString(),
      amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' },
      ...more,
    }
  }

  /** The content sealed in an envelope. */
  envelope(content: unknown, more: object = {}, resource: object = {}): string {
    const nonce = randomBytes(6).toString('hex')
    const cipher = createCipheriv('aes-256-gcm', this.#pair.credentials.apiv3_key, nonce)
    cipher.setAAD(Buffer.from('transaction'))
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
    return JSON.stringify({
      id: randomBytes(16).toString('hex'),
      create_time: '2026-11-23T11:20:26+08:00',
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      summary: '支付成功',
      resource: {
        original_type: 'transaction',
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: sealed.toString('base64'),
        associated_data: 'transaction',
        nonce,
        ...resource,
      },
      ...more,
    })
  }

  /** The four headers over these bytes. */
  headers(body: string, more: Headers4 = {}, key = this.#privateKey): Headers4 {
    const timestamp = more['Wechatpay-Timestamp'] ?? String(Math.floor(Date.now() / 1000))
    const nonce = randomBytes(16).toString('hex')
    const sign = createSign('RSA-SHA256').update(`${timestamp}\n${nonce}\n${body}\n`)
    return {
      'content-type': 'application/json',
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': this.serial,
      'Wechatpay-Signature': sign.sign(key, 'base64'),
      ...more,
    }
  }

  async tell(body: string, headers = this.headers(body), mchid?: string): Promise<Reply> {
    const path = `/wechat/pay/notify/${mchid ?? this.#pair.credentials.mchid}`
    return await this.#pair.server.send('POST', path, body, headers)
  }

  /** Tells of a payment, properly. */
  async tellPaid(outTradeNo: string, total: number, more: object = {}): Promise<Reply> {
    return await this.tell(this.envelope(this.transaction(outTradeNo, total, more)))
  }
}
