// A shop that pays as fast as it can: every request signed, every answer looked at.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import type { SeedCredentials } from '../../simulator/seed.ts'

const signed = promisify(sign)

interface Answer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

export class Shop {
  readonly #pool: Pool
  readonly #key: KeyObject
  readonly #given: SeedCredentials
  readonly #notify: Server
  #openid = ''
  #count = 0
  notified = 0

  private constructor(url: string, given: SeedCredentials) {
    this.#pool = new Pool(url, { connections: 64, pipelining: 1 })
    this.#key = createPrivateKey(given.private_key)
    this.#given = given
    this.#notify = createServer((request, response) => {
      request.resume()
      request.on('end', () => {
        this.notified += 1
        response.writeHead(204).end()
      })
    })
  }

  static async open(url: string, given: SeedCredentials): Promise<Shop> {
    const shop = new Shop(url, given)
    await new Promise<void>((done) => {
      shop.#notify.listen(0, '127.0.0.1', done)
    })
    const person = await shop.#send('POST', '/_sim/people', { balance: 1_000_000_000 })
    const openids = person.json['openids'] as Record<string, string> | undefined
    shop.#openid = openids?.[given.appid] ?? ''
    shop.#person = String(person.json['id'] ?? '')
    return shop
  }

  #person = ''

  async #sign(...lines: readonly string[]): Promise<string> {
    const text = lines.map((line) => `${line}\n`).join('')
    return (await signed('sha256', Buffer.from(text), this.#key)).toString('base64')
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    const type = { 'content-type': 'application/json', ...headers }
    const answer = await this.#pool.request({ method, path, headers: type, ...text })
    const read = await answer.body.text()
    return { status: answer.statusCode, json: read === '' ? {} : JSON.parse(read) }
  }

  async #call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const { mchid, serial_no: serial } = this.#given
    const text = body === undefined ? '' : JSON.stringify(body)
    const time = String(Math.floor(Date.now() / 1000))
    this.#count += 1
    const nonce = `n${this.#count}`
    const signature = await this.#sign(method, path, time, nonce, text)
    const pairs = `mchid="${mchid}",nonce_str="${nonce}",signature="${signature}"`
    const authorization = `WECHATPAY2-SHA256-RSA2048 ${pairs},timestamp="${time}",serial_no="${serial}"`
    return this.#send(method, path, body, { authorization, accept: 'application/json' })
  }

  async #pay(number: string): Promise<void> {
    const { appid, mchid } = this.#given
    const { port } = this.#notify.address() as AddressInfo
    const order = {
      appid,
      mchid,
      description: '小满·试吃装',
      out_trade_no: number,
      notify_url: `http://127.0.0.1:${port}/notify`,
      amount: { total: 100, currency: 'CNY' },
      payer: { openid: this.#openid },
    }
    const { json } = await this.#call('POST', '/v3/pay/transactions/jsapi', order)
    const timeStamp = String(Math.floor(Date.now() / 1000))
    const bag = `prepay_id=${json['prepay_id']}`
    const paySign = await this.#sign(appid, timeStamp, 'nonce', bag)
    const call = { timeStamp, nonceStr: 'nonce', package: bag, signType: 'RSA', paySign }
    const person = this.#person === 'undefined' ? '' : this.#person
    await this.#send('POST', '/_sim/cashier', { ...call, person, action: 'pay' })
    const path = `/v3/pay/transactions/out-trade-no/${number}?mchid=${mchid}`
    const state = await this.#call('GET', path)
    const bare = 'prepay_id' in state.json
    if (!bare && state.json['trade_state'] !== 'SUCCESS') {
      throw new Error(`${number}: ${JSON.stringify(state.json)}`)
    }
  }

  /** Pays so many orders, so many at once. */
  async pays(count: number, atOnce: number, prefix: string): Promise<void> {
    let next = 0
    const hand = async () => {
      while (next < count) {
        next += 1
        await this.#pay(`${prefix}X${String(next).padStart(6, '0')}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, hand))
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
    this.#notify.closeAllConnections()
    this.#notify.close()
  }
}
