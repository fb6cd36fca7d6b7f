import { randomUUID } from 'node:crypto'
import type { Http, Reply } from './http.ts'
import { type Pair, until } from './pair.ts'

/** A person with a phone: logged in, and able to do what the mini program lets them do. */
export class Shopper {
  readonly #pair: Pair
  readonly #token: string
  /** The person at WeChat, who may have other mini programs too. */
  readonly id: string
  /** The account here that the login gave. */
  readonly accountId: string
  readonly #app: { readonly appid?: string }

  private constructor(
    pair: Pair,
    session: Reply['json'],
    person: string,
    app: { readonly appid?: string },
  ) {
    this.#pair = pair
    this.#token = session.token
    this.accountId = session.account.id
    this.id = person
    this.#app = app
  }

  /** A new person at WeChat who logs in to the first app. */
  static async arrive(pair: Pair, balance = 1_000_000): Promise<Shopper> {
    const person = (await pair.simulator.post('/_sim/people', { name: 'Test', balance })).json
    return await Shopper.enter(pair, person.id)
  }

  /** A person who is known at WeChat logs in: to this app, or to the first one. */
  static async enter(pair: Pair, person: string, appid?: string): Promise<Shopper> {
    const app = appid === undefined ? {} : { appid }
    const { code } = (await pair.simulator.post('/_sim/login', { person, ...app })).json
    const session = await pair.server.post('/v1/sessions', { code, ...app })
    if (session.status !== 201) throw new Error(`login failed: ${session.text}`)
    return new Shopper(pair, session.json, person, app)
  }

  headers(more: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${this.#token}`, ...more }
  }

  async post(path: string, body: unknown = {}, at: Http = this.#pair.server): Promise<Reply> {
    return await at.post(path, body, this.headers())
  }

  async get(path: string, at: Http = this.#pair.server): Promise<Reply> {
    return await at.get(path, this.headers())
  }

  async order(
    items: unknown = [{ product_id: 'tea', quantity: 2 }],
    key: string = randomUUID(),
  ): Promise<Reply> {
    return await this.#pair.server.post(
      '/v1/orders',
      { items },
      this.headers({ 'idempotency-key': key }),
    )
  }

  /** Places an order and gets the five fields. */
  async checkout(
    items?: unknown,
  ): Promise<{ id: string; no: string; payment: Record<string, string> }> {
    const order = await this.order(items)
    if (order.status !== 201) throw new Error(`no order: ${order.text}`)
    const paying = await this.post(`/v1/orders/${order.json.id}/pay`)
    if (paying.status !== 200) throw new Error(`no payment: ${paying.text}`)
    return { id: order.json.id, no: order.json.out_trade_no, payment: paying.json.payment }
  }

  async cashier(payment: Record<string, string>, action = 'pay'): Promise<Reply> {
    const body = { ...this.#app, person: this.id, ...payment, action }
    return await this.#pair.simulator.post('/_sim/cashier', body)
  }

  async status(id: string): Promise<string> {
    return (await this.get(`/v1/orders/${id}`)).json.status
  }

  async untilStatus(id: string, status: string, limitMs = 8_000): Promise<Reply['json']> {
    const look = async () => (await this.get(`/v1/orders/${id}`)).json
    return await until(look, (order) => order.status === status, limitMs)
  }
}
