import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Money goes back: the whole of it, in parts, and never more than came.
let pair: Pair
let person: Shopper
let till: Till
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(2)
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const there = async (no: string) =>
  (await pair.simulator.get('/_sim/refunds')).json.data.filter(
    (one: { out_trade_no: string }) => one.out_trade_no === no,
  )
const orderOf = async (id: string) => (await person.get(`/v1/orders/${id}`)).json

test('a full refund: accepted at once, done when WeChat says so, and the order stays paid', async () => {
  const tea = [{ product_id: 'tea', quantity: 2 }]
  const { id, no } = await bought(person, tea)
  const stock = await stockOf('tea')
  const before = await till.balance('refunds')
  const reply = await till.ask(id, { amount: 1980, reason: '不合适', restock: true })
  expect(reply.status).toBe(202)
  expect(reply.json).toMatchObject({ amount: 1980, status: 'processing', reason: '不合适' })
  expect(reply.json.out_refund_no).toMatch(/^MTR/)
  const accepted = await till.untilAccepted(reply.json.id)
  // Accepted is not done.
  expect(accepted.status).toBe('processing')
  expect((await orderOf(id)).refunded_total).toBe(0)
  expect(await stockOf('tea')).toBe(stock)
  await wechat.advance(61_000)
  expect(await till.until(reply.json.id, { status: 'succeeded' })).toMatchObject({
    external: false,
    received_account: expect.any(String),
  })
  expect(await orderOf(id)).toMatchObject({ status: 'paid', refunded_total: 1980 })
  expect(await stockOf('tea')).toBe(stock + 2)
  expect(await till.balance('refunds')).toBe(before + 1980)
  expect(await there(no)).toMatchObject([{ amount: 1980, status: 'SUCCESS', reason: '不合适' }])
})

test('parts go a minute apart, each accepted at once here, and together never more than paid', async () => {
  const { id, no } = await bought(person)
  const parts = [
    await till.refund(id, 1000),
    await till.refund(id, 700),
    await till.refund(id, 800),
  ]
  const more = await till.ask(id, { amount: 1, reason: 'x' })
  expect([more.status, more.json.code]).toEqual([409, 'refund_too_much'])
  for (let minute = 0; minute < 4; minute += 1) {
    await until(
      () => there(no),
      (all) => all.length >= Math.min(minute + 1, 3),
    )
    await wechat.advance(61_000)
  }
  for (const part of parts) await till.until(part, { status: 'succeeded' })
  expect((await orderOf(id)).refunded_total).toBe(2500)
  const times = (await there(no)).map((one: { created_at: string }) => Date.parse(one.created_at))
  const [last = 0, middle = 0, first = 0] = times
  expect(Math.min(last - middle, middle - first)).toBeGreaterThanOrEqual(60_000)
  expect(
    (await till.get(`/orders/${id}/refunds`)).json.data.map((r: { id: string }) => r.id),
  ).toEqual(parts)
})

test('a hundred refunds at once on two servers: exactly those that fit', async () => {
  const { id } = await bought(person)
  const replies = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const at = index % 2 === 0 ? pair.server : pair.other
      return await till.ask(id, { amount: 600, reason: 'race' }, `race-${index}`, at)
    }),
  )
  const statuses = replies.map((reply) => reply.status)
  expect(statuses.filter((status) => status === 202).length).toBe(4)
  expect(statuses.filter((status) => status === 409).length).toBe(96)
})

test('the same key is the same refund, byte for byte; other content is refused', async () => {
  const { id } = await bought(person)
  const body = { amount: 100, reason: 'once' }
  const twins = await Promise.all([1, 2, 3].map(() => till.ask(id, body, 'one-key')))
  expect(new Set(twins.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  const other = await till.ask(id, { ...body, amount: 101 }, 'one-key')
  expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused'])
  expect((await till.get(`/orders/${id}/refunds`)).json.data.length).toBe(1)
})

async function stockOf(id: string): Promise<number> {
  const { rows } = await pair.db.query('SELECT stock FROM product WHERE id = $1', [id])
  return Number(rows[0].stock)
}
