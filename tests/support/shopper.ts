import { randomUUID } from 'node:crypto'
import type { Http, Reply } from './http.ts'
import { type Pair, until } from './pair.ts'

/** A person with a phone: logged in, and able to do what the mini program lets them do. */
export class Shopper {
  readonly #pair: Pair
  readonly #token: string
  readonly #person: string

  private constructor(pair: Pair, token: string, person: string) {
    this.#pair = pair
    this.#token = token
    this.#person = person
  }

  /** A new person at WeChat who logs in. */
  static async arrive(pair: Pair, balance = 1_000_000): Promise<Shopper> {
    const person = (await pair.simulator.post('/_sim/people', { name: 'Test', balance })).json
    const { code } = (await pair.simulator.post('/_sim/login', { person: person.id })).json
    const session = await pair.server.post('/v1/sessions', { code })
    if (session.status !== 201) throw new Error(`login failed: ${session.text}`)
    return new Shopper(pair, session.json.token, person.id)
  }

  /** The person's id at WeChat. */
  get id(): string {
    return this.#person
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
    const body = { person: this.#person, ...payment, action }
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
