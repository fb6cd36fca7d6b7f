import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Carrier, parcel } from '../support/carrier.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Parcels leave, WeChat is told, the person receives, the money is settled.
let pair: Pair
let person: Shopper
let till: Till
let carrier: Carrier
let wechat: Wechat
const day = 86_400_000

beforeAll(async () => {
  pair = await startPair(2)
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  carrier = new Carrier(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const orderOf = async (id: string) => (await person.get(`/v1/orders/${id}`)).json
type Told = { type: string; subject: string; version: number }
const eventsOf = async (id: string): Promise<Told[]> => {
  const { data } = (await till.get('/events?limit=100')).json as { data: Told[] }
  return data.filter((event) => event.subject === `order:${id}`)
}

test('a paid order waits to be shipped; WeChat is told a minute after the payment, never before', async () => {
  const { id, no } = await bought(person)
  expect((await orderOf(id)).shipping_status).toBe('to_ship')
  const shipment = await carrier.ship(id)
  expect(await carrier.of(id)).toMatchObject([{ id: shipment, status: 'queued', problem: null }])
  expect(await wechat.seen('request', '/upload_shipping_info')).toEqual([])
  await wechat.advance(61_000)
  await carrier.until(id, shipment, 'uploaded')
  expect(await carrier.there(no)).toMatchObject({ order_state: 2, parcels: 1 })
  expect((await orderOf(id)).shipping_status).toBe('shipped')
})

test('several parcels in one word, and in two; only the last makes the order shipped', async () => {
  const one = await bought(person)
  const items = [parcel(), parcel(), parcel()]
  const whole = await carrier.ship(one.id, { items })
  const two = await bought(person)
  const first = await carrier.ship(two.id, { final: false })
  await wechat.advance(61_000)
  await carrier.until(one.id, whole, 'uploaded')
  await carrier.until(two.id, first, 'uploaded')
  expect(await carrier.there(one.no)).toMatchObject({ order_state: 2, parcels: 3 })
  expect(await carrier.there(two.no)).toMatchObject({ order_state: 1, parcels: 1 })
  expect((await orderOf(two.id)).shipping_status).toBe('to_ship')
  const last = await carrier.ship(two.id)
  await carrier.until(two.id, last, 'uploaded')
  expect(await carrier.there(two.no)).toMatchObject({ order_state: 2, parcels: 2 })
  await carrier.untilOrder(two.id, 'shipped')
})

test('virtual goods, pick-up and city delivery need a description alone', async () => {
  for (const logistics_type of [2, 3, 'pickup']) {
    const { id, no } = await bought(person)
    const items = [{ description: '兑换码' }]
    const shipment = await carrier.ship(id, { logistics_type, items })
    await wechat.advance(61_000)
    await carrier.until(id, shipment, 'uploaded')
    expect(await carrier.there(no)).toMatchObject({ order_state: 2 })
  }
})

test('an order may be shipped anew once; the second time is refused here, before WeChat would', async () => {
  const { id, no } = await bought(person)
  await carrier.ship(id)
  await wechat.advance(61_000)
  await carrier.untilOrder(id, 'shipped')
  const again = await carrier.ship(id)
  await carrier.until(id, again, 'uploaded')
  expect(await carrier.there(no)).toMatchObject({ finish_shipping_count: 2 })
  const third = await carrier.ask(id, { logistics_type: 1, items: [parcel()] })
  expect([third.status, third.json.code]).toEqual([409, 'already_reshipped'])
  expect(await carrier.of(id)).toHaveLength(2)
})

test('the same key ships once; another content with it is refused', async () => {
  const { id } = await bought(person)
  const body = { logistics_type: 1, items: [parcel()] }
  const key = randomUUID()
  const replies = await Promise.all(Array.from({ length: 5 }, () => carrier.ask(id, body, key)))
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(await carrier.of(id)).toHaveLength(1)
  const other = await carrier.ask(id, { ...body, items: [parcel()] }, key)
  expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused'])
})

test('unpaid, unknown and wrongly described orders are not shipped, and nothing is written', async () => {
  const { id } = await person.checkout()
  const good = { logistics_type: 1, items: [parcel()] }
  const unpaid = await carrier.ask(id, good)
  expect([unpaid.status, unpaid.json.code]).toEqual([409, 'order_not_shippable'])
  expect((await carrier.ask('ord_nobody', good)).status).toBe(404)
  const wrong: Array<[unknown, string]> = [
    [{ ...good, logistics_type: 5 }, 'logistics_type'],
    [{ ...good, items: [] }, 'items'],
    [{ ...good, items: Array.from({ length: 16 }, () => parcel()) }, 'items'],
    [{ ...good, items: [parcel({ tracking_no: '' })] }, 'items[0].tracking_no'],
    [{ ...good, items: [parcel({ carrier: '' })] }, 'items[0].carrier'],
    [{ ...good, items: [parcel({ description: ' ' })] }, 'items[0].description'],
    [{ ...good, items: [parcel({ description: '茶'.repeat(121) })] }, 'items[0].description'],
    [
      { ...good, items: [parcel({ receiver_contact: '13812341234' })] },
      'items[0].receiver_contact',
    ],
    [{ logistics_type: 3, items: [parcel(), parcel()] }, 'items'],
    [{ logistics_type: 3, items: [parcel()], final: false }, 'final'],
    [{ ...good, openid: 'x' }, 'openid'],
  ]
  for (const [body, field] of wrong) {
    const reply = await carrier.ask(id, body)
    expect([reply.status, reply.json.code]).toEqual([400, 'invalid_request'])
    expect(JSON.stringify(reply.json.errors)).toContain(field)
  }
  expect(await carrier.of(id)).toEqual([])
})

test('SF wants to know whom to call: without a number it is said at once, with one it goes', async () => {
  const { id } = await bought(person)
  const bare = await carrier.ask(id, { logistics_type: 1, items: [parcel({ carrier: 'SF' })] })
  expect(bare.status).toBe(400)
  expect(bare.json.errors[0].field).toContain('receiver_contact')
  const items = [parcel({ carrier: 'SF', receiver_contact: '138****1234' })]
  const shipment = await carrier.ship(id, { items })
  await wechat.advance(61_000)
  await carrier.until(id, shipment, 'uploaded')
})

test('all money back before WeChat was told: the shipment is cancelled and nothing is to ship', async () => {
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 2500)
  await till.untilAccepted(refund)
  const shipment = await carrier.ship(id)
  const { status } = await pair.simulator.post(
    `/_sim/refunds/${(await till.look(refund))['refund_id']}`,
    { to: 'SUCCESS' },
  )
  expect(status).toBe(200)
  await till.until(refund, { status: 'succeeded' })
  expect((await orderOf(id)).shipping_status).toBe('not_required')
  await wechat.advance(61_000)
  await carrier.until(id, shipment, 'cancelled')
  expect(await carrier.there(no)).toMatchObject({ order_state: 5, parcels: 0 })
  const late = await carrier.ask(id, { logistics_type: 1, items: [parcel()] })
  expect([late.status, late.json.code]).toEqual([409, 'order_refunded'])
})

test('a part back changes nothing about what is to ship', async () => {
  const { id } = await bought(person)
  const refund = await till.refund(id, 500)
  await till.untilAccepted(refund)
  await wechat.advance(61_000)
  await till.until(refund, { status: 'succeeded' })
  expect((await orderOf(id)).shipping_status).toBe('to_ship')
  const shipment = await carrier.ship(id)
  await carrier.until(id, shipment, 'uploaded')
})

test('an order that nobody ships is a task before the 48 hours are over, and ends with the parcel', async () => {
  const { id } = await bought(person)
  await wechat.advance(39 * 3_600_000)
  expect((await till.tasks(id)).map(({ kind }) => kind)).not.toContain('shipping_overdue')
  await wechat.advance(2 * 3_600_000)
  const task = await till.untilTask(id, 'shipping_overdue')
  expect(task['status']).toBe('open')
  await carrier.ship(id)
  await carrier.untilOrder(id, 'shipped')
  await until(
    async () => await till.tasks(id),
    (open) => open.length === 0,
  )
})

test('received by time, settled after it: the order follows WeChat, with one event a step', async () => {
  const { id, no } = await bought(person)
  await carrier.ship(id)
  await wechat.advance(61_000)
  await carrier.untilOrder(id, 'shipped')
  await wechat.advance(10 * day + 60_000)
  await wechat.advance(day)
  await carrier.untilOrder(id, 'settled')
  expect(await carrier.there(no)).toMatchObject({ order_state: 4 })
  const events = await eventsOf(id)
  const types = events.map(({ type }: { type: string }) => type)
  expect(types.filter((type: string) => type === 'order.shipped')).toHaveLength(1)
  expect(types.filter((type: string) => type === 'order.settled')).toHaveLength(1)
  expect(new Set(events.map(({ version }: { version: number }) => version)).size).toBe(
    events.length,
  )
})
