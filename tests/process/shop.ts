// A person who logs in, orders and pays over HTTP, through the phone of the simulator.
import { setTimeout as pause } from 'node:timers/promises'

type Json = Record<string, unknown>

async function post(url: string, body: Json, headers: Record<string, string> = {}): Promise<Json> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Json
}

/** One person at the counter of a running pair. */
export class Customer {
  readonly #server: string
  readonly #simulator: string
  readonly #bearer: Record<string, string>
  /** Whose phone it is; empty: the simulator's first person. */
  readonly #person: Json

  private constructor(server: string, simulator: string, token: string, person: Json) {
    this.#person = person
    this.#server = server
    this.#simulator = simulator
    this.#bearer = { authorization: `Bearer ${token}` }
  }

  static async enter(ports: readonly [number, number], person: Json = {}): Promise<Customer> {
    const [server, simulator] = ports.map((port) => `http://127.0.0.1:${port}`)
    const { code } = await post(`${simulator}/_sim/login`, person)
    const { token } = await post(`${server}/v1/sessions`, { code })
    return new Customer(server ?? '', simulator ?? '', String(token), person)
  }

  /** The same person, at another server of the same shop. */
  at(port: number): Customer {
    const token = (this.#bearer['authorization'] ?? '').replace('Bearer ', '')
    return new Customer(`http://127.0.0.1:${port}`, this.#simulator, token, this.#person)
  }

  /** The id of an order that the server acknowledged. */
  async order(key: string): Promise<string> {
    const items = [{ product_id: 'tea-jasmine-silver', quantity: 1 }]
    const headers = { ...this.#bearer, 'idempotency-key': key }
    return String((await post(`${this.#server}/v1/orders`, { items }, headers))['id'])
  }

  /** Pays it in the cashier; the money has moved when this resolves. */
  async pay(id: string): Promise<void> {
    const { payment } = await post(`${this.#server}/v1/orders/${id}/pay`, {}, this.#bearer)
    const cashier = { ...(payment as Json), ...this.#person, action: 'pay' }
    const said = await post(`${this.#simulator}/_sim/cashier`, cashier)
    if (said['trade_state'] !== 'SUCCESS') throw new Error(`not paid: ${JSON.stringify(said)}`)
  }

  /** The status that the server gives, 404 included. */
  async status(id: string): Promise<string> {
    const answer = await fetch(`${this.#server}/v1/orders/${id}`, { headers: this.#bearer })
    if (!answer.ok) return String(answer.status)
    return String(((await answer.json()) as Json)['status'])
  }

  /** Looks until the server knows that it is paid. */
  async untilPaid(id: string): Promise<void> {
    const endMs = performance.now() + 20_000
    while ((await this.status(id)) !== 'paid') {
      if (performance.now() > endMs) throw new Error(`${id} was not paid within 20 s`)
      await pause(100)
    }
  }

  /** How many trades WeChat's side knows. */
  async trades(): Promise<number> {
    const answer = await fetch(`${this.#simulator}/_sim/trades`)
    return ((await answer.json()) as { data: unknown[] }).data.length
  }
}
