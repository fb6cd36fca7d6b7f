import { randomUUID } from 'node:crypto'
import type { Http, Reply } from './http.ts'
import { type Pair, until } from './pair.ts'
import type { Shopper } from './shopper.ts'
import type { Wechat } from './wechat.ts'

/** The shop's side: refunds and parked tasks over the business API. */
export class Till {
  readonly #pair: Pair
  readonly #key: string

  /** `key`: the operator's who stands at it. */
  constructor(pair: Pair, key = pair.adminKey) {
    this.#pair = pair
    this.#key = key
  }

  headers(more: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${this.#key}`, ...more }
  }

  async get(path: string): Promise<Reply> {
    return await this.#pair.server.get(`/admin/v1${path}`, this.headers())
  }

  async post(path: string, body: unknown): Promise<Reply> {
    return await this.#pair.server.post(`/admin/v1${path}`, body, this.headers())
  }

  /** Asks for a refund, whatever comes of it. */
  async ask(
    orderId: string,
    body: unknown,
    key: string = randomUUID(),
    at: Http = this.#pair.server,
  ): Promise<Reply> {
    const headers = this.headers({ 'idempotency-key': key })
    return await at.post(`/admin/v1/orders/${orderId}/refunds`, body, headers)
  }

  /** A refund that was taken: its id. */
  async refund(orderId: string, amount: number, more: object = {}): Promise<string> {
    const reply = await this.ask(orderId, { amount, reason: '不合适', ...more })
    if (reply.status !== 202) throw new Error(`no refund: ${reply.text}`)
    return reply.json.id
  }

  async look(refundId: string): Promise<Reply['json']> {
    return (await this.get(`/refunds/${refundId}`)).json
  }

  async until(refundId: string, wanted: Record<string, unknown>): Promise<Reply['json']> {
    const isSo = (refund: Record<string, unknown>) =>
      Object.entries(wanted).every(([field, value]) => refund[field] === value)
    return await until(() => this.look(refundId), isSo)
  }

  /** Waits until WeChat has accepted it. */
  async untilAccepted(refundId: string): Promise<Reply['json']> {
    return await until(
      () => this.look(refundId),
      ({ refund_id }) => refund_id !== null,
    )
  }

  async approve(refundId: string, at: Http = this.#pair.server): Promise<Reply> {
    return await at.post(`/admin/v1/refunds/${refundId}/approve`, {}, this.headers())
  }

  async decline(refundId: string, reason = '金额不对'): Promise<Reply> {
    return await this.post(`/refunds/${refundId}/decline`, { reason })
  }

  async resolve(refundId: string, body: unknown): Promise<Reply> {
    return await this.post(`/refunds/${refundId}/resolve`, body)
  }

  /** Tasks that name this anywhere, newest first. */
  async tasks(about: string, status = 'open'): Promise<Array<Record<string, unknown>>> {
    const { data } = (await this.get(`/tasks?limit=100&status=${status}`)).json
    return data.filter((task: unknown) => JSON.stringify(task).includes(about))
  }

  async untilTask(about: string, kind: string): Promise<Record<string, unknown>> {
    const named = async () => (await this.tasks(about)).find((task) => task['kind'] === kind)
    const found = await until(named, (task) => task !== undefined)
    return found ?? {}
  }

  /** Σ of an account in the whole ledger. */
  async balance(account: string): Promise<number> {
    const { data } = (await this.get('/ledger/balances')).json
    return data.find((one: { account: string }) => one.account === account)?.amount ?? 0
  }
}

/** Bought and paid at WeChat: the order's id and number. */
export async function bought(
  person: Shopper,
  items: unknown = [{ product_id: 'cup', quantity: 1 }],
): Promise<{ id: string; no: string }> {
  const { id, no, payment } = await person.checkout(items)
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  return { id, no }
}

/** Passes simulated minutes until it is so: what fell due needs real moments to be done. */
export async function passUntil<T>(
  wechat: Wechat,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  limitMs?: number,
): Promise<T> {
  return await until(
    async () => {
      await wechat.advance(61_000)
      return await look()
    },
    isSo,
    limitMs,
  )
}
