// Orders of the merchant's own catalogue: its system says who pays how much, the mini program pays.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changesNothing } from '../attacks/support/nothing.ts'
import type { Reply } from '../support/http.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { type Deployment, deployThree } from '../support/parties.ts'
import { Shopper } from '../support/shopper.ts'
import { Till } from '../support/till.ts'

let pair: Pair
let deployment: Deployment
let till: Till
let person: Shopper
let openid: string

beforeAll(async () => {
  const settings = async (
    simulator: Parameters<typeof deployThree>[0],
    usual: Parameters<Deployment['environment']>[0],
  ) => {
    deployment = await deployThree(simulator)
    return deployment.environment(usual)
  }
  pair = await startPair(2, {}, { settings })
  till = new Till(pair)
  person = await Shopper.arrive(pair)
  openid = await openidOf(person)
})
afterAll(async () => {
  await pair.stop()
  deployment.remove()
})

async function openidOf(one: Shopper, appid = pair.credentials.appid): Promise<string> {
  const { rows } = await pair.db.query(
    'SELECT openid FROM identity WHERE account_id = $1 AND appid = $2',
    [one.accountId, appid],
  )
  return rows[0].openid
}

let count = 0
const order = (more: object = {}) => {
  count += 1
  return {
    amount: 12_345,
    description: '定制蛋糕 8 寸',
    reference: `ERP-${count}`,
    openid,
    ...more,
  }
}
const place = async (body: unknown, key: string = randomUUID(), at = pair.server): Promise<Reply> =>
  await at.post('/admin/v1/orders', body, till.headers({ 'idempotency-key': key }))

test('the merchant’s system places it, the mini program finds and pays it, events tell its reference', async () => {
  const reference = 'ERP/2026-11-28#7'
  const placed = await place(order({ reference }))
  expect([placed.status, placed.json]).toMatchObject([
    201,
    {
      status: 'unpaid',
      total: 12_345,
      currency: 'CNY',
      reference,
      openid,
      account_id: person.accountId,
      mchid: pair.credentials.mchid,
      items: [{ name: '定制蛋糕 8 寸', quantity: 1, unit_price: 12_345, amount: 12_345 }],
      payments: [{ attempt: 1, status: 'frozen', amount: 12_345 }],
    },
  ])
  const { id, out_trade_no } = placed.json
  const mine = (await person.get(`/v1/orders/${id}`)).json
  expect(mine).toMatchObject({
    id,
    total: 12_345,
    items: [{ product_id: `reference:${reference}` }],
  })
  expect(mine).not.toHaveProperty('reference')
  const { payment } = (await person.post(`/v1/orders/${id}/pay`)).json
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  const trades = (await pair.simulator.get('/_sim/trades')).json.data
  const there = trades.find((one: { out_trade_no: string }) => one.out_trade_no === out_trade_no)
  expect(there).toMatchObject({ trade_state: 'SUCCESS', description: '定制蛋糕 8 寸' })
  const found = (await till.get(`/orders?reference=${encodeURIComponent(reference)}`)).json.data
  expect(found.map((one: { id: string }) => one.id)).toEqual([id])
  const events = (await till.get(`/events?subject=order:${id}`)).json.data
  expect(events.map((one: { type: string; data: object }) => [one.type, one.data])).toMatchObject([
    ['order.paid', { reference }],
    ['order.created', { reference }],
  ])
})

test('fifty parallel posts with one key on two servers are one order; one reference is one order', async () => {
  const body = order()
  const key = randomUUID()
  const both = [pair.server, pair.other]
  const all = await Promise.all(
    Array.from({ length: 50 }, async (_, nth) => await place(body, key, both[nth % 2])),
  )
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(all.map(({ text }) => text)).size).toBe(1)
  const others = await Promise.all(
    Array.from({ length: 10 }, async (_, nth) => await place(body, randomUUID(), both[nth % 2])),
  )
  for (const { status, json } of others) {
    expect([status, json.code]).toEqual([409, 'reference_used'])
    expect(json.errors[0].message).toContain(all[0]?.json.id)
  }
  const reused = await place({ ...body, amount: 1 }, key)
  expect([reused.status, reused.json.code]).toEqual([409, 'idempotency_key_reused'])
  expect((await till.get(`/orders?reference=${body.reference}`)).json.data).toHaveLength(1)
})

test('ten racing posts of a new reference, each with a key of its own, make one order', async () => {
  const body = order()
  const all = await Promise.all(
    Array.from({ length: 10 }, async (_, nth) =>
      place(body, randomUUID(), nth % 2 === 0 ? pair.server : pair.other),
    ),
  )
  expect(all.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)])
})

test('app and merchant may be chosen; a reference is the merchant’s own, so that two may use it', async () => {
  const [, b] = deployment.parties
  const inB = await Shopper.enter(pair, person.id, b.appid)
  const reference = 'SHARED-1'
  const first = await place(order({ reference }))
  const second = await place({
    ...order({ reference, appid: b.appid, mchid: b.mchid, openid: undefined }),
    account_id: inB.accountId,
  })
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.json).toMatchObject({ appid: b.appid, mchid: b.mchid, reference })
  const { payment } = (await inB.post(`/v1/orders/${second.json.id}/pay`)).json
  await inB.cashier(payment)
  await inB.untilStatus(second.json.id, 'paid')
  const found = (await till.get(`/orders?reference=${reference}&mchid=${b.mchid}`)).json.data
  expect(found.map((one: { id: string }) => one.id)).toEqual([second.json.id])
})

test('it holds no stock, and a refund with restock puts nothing on the shelf', async () => {
  const stock = async () => (await pair.db.query('SELECT id, stock FROM product ORDER BY id')).rows
  const before = await stock()
  const { id } = (await place(order({ reference: 'tea' }))).json
  const { payment } = (await person.post(`/v1/orders/${id}/pay`)).json
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  const refund = await till.refund(id, 12_345, { restock: true })
  await till.untilAccepted(refund)
  await pair.simulator.post('/_sim/clock', { advance_ms: 61_000 })
  await till.until(refund, { status: 'succeeded' })
  expect(await stock()).toEqual(before)
})

test('a cancelled one is closed and keeps its reference', async () => {
  const body = order()
  const { id } = (await place(body)).json
  expect((await person.post(`/v1/orders/${id}/cancel`)).json.status).toBe('closed')
  expect((await place(body)).json.code).toBe('reference_used')
})

test('bad input is 400, names the field, and changes nothing', async () => {
  const [, b] = deployment.parties
  const inB = await Shopper.enter(pair, (await Shopper.arrive(pair)).id, b.appid)
  const wrong: ReadonlyArray<readonly [string, object]> = [
    ...[-1, 0, 1.5, '1e3', '100', 2 ** 53, null, [1], true, 10_000_001].map(
      (amount) => ['amount', { amount }] as const,
    ),
    ['description', { description: '' }],
    ['description', { description: '   ' }],
    ['description', { description: 'two\nlines' }],
    ['description', { description: 'bell\u0007' }],
    ['description', { description: 'right\u202eleft' }],
    ['description', { description: '茶🍵' }],
    ['description', { description: '茶'.repeat(128) }],
    ['description', { description: 'x'.repeat(1_000) }],
    ['reference', { reference: '' }],
    ['reference', { reference: 'with blank' }],
    ['reference', { reference: '单号' }],
    ['reference', { reference: 'x'.repeat(65) }],
    ['openid', { openid: undefined }],
    ['openid', { account_id: person.accountId }],
    ['openid', { openid: 'o'.repeat(28) }],
    ['openid', { openid: await openidOf(inB, b.appid) }],
    ['openid', { appid: b.appid }],
    ['account_id', { openid: undefined, account_id: 'account_nobody' }],
    [
      'account_id',
      { openid: undefined, account_id: person.accountId, appid: deployment.parties[2].appid },
    ],
    ['appid', { appid: 'wx0000999999999999' }],
    ['mchid', { mchid: b.mchid }],
    ['mchid', { mchid: '1999900009' }],
    ['status', { status: 'paid' }],
    ['items', { items: [] }],
    ['currency', { currency: 'USD' }],
  ]
  for (const [field, more] of wrong) {
    const body = order(more)
    const reply = await changesNothing(pair, () => place(body))
    expect([more, reply.status, reply.json.code]).toEqual([more, 400, 'invalid_request'])
    expect([more, reply.json.errors[0].field]).toEqual([more, field])
  }
  const body = order()
  const without = await pair.server.post('/admin/v1/orders', body, till.headers())
  expect([without.status, without.json.code]).toEqual([400, 'idempotency_key_missing'])
  const asPerson = person.headers({ 'idempotency-key': randomUUID() })
  expect((await pair.server.post('/admin/v1/orders', body, asPerson)).status).toBe(401)
  expect((await place({ ...body, description: '茶'.repeat(127) })).status).toBe(201)
})

test('what was refused does not use up its key', async () => {
  const key = randomUUID()
  const body = order()
  expect((await place({ ...body, openid: 'o'.repeat(28) }, key)).status).toBe(400)
  expect((await place(body, key)).status).toBe(201)
})
