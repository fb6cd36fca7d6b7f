import { randomUUID } from 'node:crypto'
import type { Reply } from './http.ts'
import { type Pair, until } from './pair.ts'
import { Till } from './till.ts'

/** What a courier takes; another number each time. */
export const parcel = (more: Record<string, unknown> = {}) => ({
  carrier: 'ZTO',
  tracking_no: randomUUID().slice(0, 13),
  description: '龙井 1 盒',
  ...more,
})

/** The shop's side of shipping over the business API, and WeChat's view of it. */
export class Carrier {
  readonly #pair: Pair
  readonly #till: Till

  constructor(pair: Pair) {
    this.#pair = pair
    this.#till = new Till(pair)
  }

  /** Asks to ship, whatever comes of it. */
  async ask(orderId: string, body: unknown, key: string = randomUUID()): Promise<Reply> {
    const path = `/admin/v1/orders/${orderId}/shipments`
    const headers = this.#till.headers({ 'idempotency-key': key })
    return await this.#pair.server.post(path, body, headers)
  }

  /** One parcel, or the given ones, by courier: the shipment's id. */
  async ship(orderId: string, more: Record<string, unknown> = {}): Promise<string> {
    const reply = await this.ask(orderId, { logistics_type: 1, items: [parcel()], ...more })
    if (reply.status !== 202) throw new Error(`not shipped: ${reply.text}`)
    return reply.json.id
  }

  async of(orderId: string): Promise<Array<Record<string, unknown>>> {
    return (await this.#till.get(`/orders/${orderId}/shipments`)).json.data
  }

  async until(orderId: string, shipmentId: string, status: string): Promise<void> {
    const look = async () => (await this.of(orderId)).find(({ id }) => id === shipmentId)
    await until(look, (one) => one?.['status'] === status)
  }

  async untilOrder(orderId: string, shippingStatus: string): Promise<Reply['json']> {
    const look = async () => (await this.#till.get(`/orders/${orderId}`)).json
    return await until(look, (order) => order.shipping_status === shippingStatus)
  }

  /** What WeChat has of this order; undefined before it was paid. */
  async there(outTradeNo: string): Promise<Record<string, unknown> | undefined> {
    const { data } = (await this.#pair.simulator.get('/_sim/shipments')).json
    return data.find((one: { out_trade_no: string }) => one.out_trade_no === outTradeNo)
  }
}
