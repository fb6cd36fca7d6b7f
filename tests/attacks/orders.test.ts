// Orders of others, orders twice, orders past their time.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../support/http.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { callsAfter, changesNothing, journalEnd, notedAfter } from './support/nothing.ts'

let pair: Pair
let person: Shopper
let stranger: Shopper

beforeAll(async () => {
  pair = await startPair(2)
  person = await Shopper.arrive(pair)
  stranger = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]
const count = async (sql: string) => Number((await pair.db.query(sql)).rows[0].count)

test('A-21 ★ fifty parallel posts with one key are one order with fifty equal answers', async () => {
  const before = await count('SELECT count(*) FROM customer_order')
  const key = randomUUID()
  const headers = person.headers({ 'idempotency-key': key })
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (n % 2 === 0 ? pair.server : pair.other).post('/v1/orders', { items: cup }, headers),
    ),
  )
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(replies[0]?.status).toBe(201)
  expect(replies.filter(({ headers: h }) => h.get('idempotent-replayed') === 'true')).toHaveLength(
    49,
  )
  expect(await count('SELECT count(*) FROM customer_order')).toBe(before + 1)
})

test('A-22 the same key with another body is 409, and nothing', async () => {
  const key = randomUUID()
  expect((await person.order(cup, key)).status).toBe(201)
  for (const items of [[{ product_id: 'cup', quantity: 2 }], [...cup, ...cup]]) {
    const reply = await changesNothing(pair, () => person.order(items, key))
    expect([reply.status, reply.json.code]).toEqual([409, 'idempotency_key_reused'])
  }
  const swapped = [{ quantity: 1, product_id: 'cup' }]
  expect((await person.order(swapped, key)).headers.get('idempotent-replayed')).toBe('true')
})

test("A-23 another person's key is one's own key, and tells nothing of the other", async () => {
  const key = randomUUID()
  const mine = await person.order(cup, key)
  const other = await stranger.order([{ product_id: 'cup', quantity: 2 }], key)
  expect([mine.status, other.status]).toEqual([201, 201])
  expect(other.headers.get('idempotent-replayed')).toBeNull()
  expect(other.json.id).not.toBe(mine.json.id)
  expect(other.text).not.toContain(mine.json.out_trade_no)
})

const steps = ['pay', 'confirm', 'cancel'] as const

test("A-24 another's order is as if it were not there, to read, pay, confirm and cancel", async () => {
  const mine = (await person.order(cup)).json
  const missing = `${mine.id.slice(0, -6)}aaaaaa`
  const ask = async (id: string): Promise<Reply[]> => [
    await stranger.get(`/v1/orders/${id}`),
    ...(await Promise.all(steps.map((step) => stranger.post(`/v1/orders/${id}/${step}`)))),
  ]
  const [foreign, never] = await changesNothing(pair, async () => [
    await ask(mine.id),
    await ask(missing),
  ])
  for (const [index, reply] of (foreign ?? []).entries()) {
    expect([reply.status, reply.json.code]).toEqual([404, 'not_found'])
    expect(reply.text).toBe(never?.[index]?.text)
  }
  expect((await stranger.get('/v1/orders?limit=100')).text).not.toContain(mine.id)
  for (const cursor of [
    'x',
    `${mine.id}`,
    "' OR 1=1 --",
    Buffer.from('[]').toString('base64url'),
  ]) {
    const reply = await stranger.get(`/v1/orders?cursor=${encodeURIComponent(cursor)}`)
    expect(reply.status).toBe(400)
  }
  expect((await person.get(`/v1/orders/${mine.id}`)).status).toBe(200)
})

test('A-25 from two own ids no third can be guessed', async () => {
  const ids: string[] = []
  const numbers: string[] = []
  for (let n = 0; n < 20; n += 1) {
    const { id, out_trade_no } = (await person.order(cup)).json
    ids.push(id)
    numbers.push(out_trade_no)
  }
  expect(ids.every((id) => /^[a-z]+_[0-9a-z]{26}$/i.test(id))).toBe(true)
  for (const names of [ids, numbers]) {
    const tails = names.map((name) => name.slice(-12))
    expect(new Set(tails).size).toBe(20)
    // Counters differ in their last letters only; chance differs in the middle as well.
    const middles = names.map((name) => name.slice(-20, -14))
    expect(new Set(middles).size).toBeGreaterThan(18)
  }
  const [id = ''] = ids
  for (const last of 'abcdefghjkmnpqrstvwxyz023456789') {
    if (id.endsWith(last)) continue
    expect((await person.get(`/v1/orders/${id.slice(0, -1)}${last}`)).status).toBe(404)
  }
  expect(await count(`SELECT count(*) FROM payment WHERE out_trade_no = order_id`)).toBe(0)
})

test('A-26 a paid, a closed and an expired order are not paid again, and WeChat is not asked', async () => {
  const paid = await person.checkout(cup)
  await person.cashier(paid.payment)
  await person.untilStatus(paid.id, 'paid')
  const closed = (await person.order(cup)).json
  await person.post(`/v1/orders/${closed.id}/cancel`)
  const expired = (await person.order(cup)).json
  await pair.simulator.post('/_sim/clock', { advance_ms: 31 * 60_000 })
  const seq = await journalEnd(pair)
  const replies = [paid.id, closed.id, expired.id].map((id) => person.post(`/v1/orders/${id}/pay`))
  expect((await Promise.all(replies)).map(({ status, json }) => [status, json.code])).toEqual([
    [409, 'order_paid'],
    [409, 'order_closed'],
    [409, 'order_closed'],
  ])
  expect((await callsAfter(pair, seq)).filter((call) => call.endsWith('/jsapi'))).toEqual([])
  // What the step of the clock began is over before the next attack looks at the rows.
  const over = `SELECT count(*) FROM customer_order WHERE status = 'unpaid' AND expires_at_ms < $1`
  const overdue = async () =>
    Number((await pair.db.query(over, [pair.world.nowMs()])).rows[0].count)
  await until(overdue, (left) => left === 0, 20_000)
  // The cashier takes no second payment for the old five fields either.
  expect((await person.cashier(paid.payment)).json.errMsg).not.toBe('requestPayment:ok')
})

test('A-27 ★ a phone that says "paid" without paying changes nothing and asks once a second', async () => {
  const { id, no } = await person.checkout(cup)
  const seq = await journalEnd(pair)
  const begun = performance.now()
  const say = (at = pair.server) => person.post(`/v1/orders/${id}/confirm`, {}, at)
  const replies: Reply[] = []
  for (let round = 0; round < 10; round += 1) {
    replies.push(...(await Promise.all([say(), say(pair.other), say(), say(pair.other)])))
  }
  const seconds = (performance.now() - begun) / 1_000
  expect(new Set(replies.map(({ status, json }) => `${status} ${json.status}`))).toEqual(
    new Set(['200 unpaid']),
  )
  const queries = (await callsAfter(pair, seq)).filter((call) => call.includes(no))
  expect(queries.length).toBeGreaterThan(0)
  expect(queries.length).toBeLessThanOrEqual(Math.floor(seconds) + 2)
  const entries = `SELECT count(*) FROM entry e JOIN payment p ON e.subject = 'payment:' || p.id
    WHERE p.out_trade_no = '${no}'`
  expect(await count(entries)).toBe(0)
})

test('A-28 no step is skipped: confirm before pay asks nobody, cancel after paid is refused', async () => {
  const fresh = (await person.order(cup)).json
  const early = await changesNothing(pair, () => person.post(`/v1/orders/${fresh.id}/confirm`))
  expect([early.status, early.json.status]).toEqual([200, 'unpaid'])
  const { id, payment } = await person.checkout(cup)
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  const late = await changesNothing(pair, () => person.post(`/v1/orders/${id}/cancel`))
  expect([late.status, late.json.code]).toEqual([409, 'order_paid'])
})

test("A-31 ★ the payer is the session's person, whatever openid the request names", async () => {
  const other = (await stranger.order(cup)).json
  const { rows } = await pair.db.query('SELECT openid FROM payment WHERE out_trade_no = $1', [
    other.out_trade_no,
  ])
  const openid: string = rows[0].openid
  const mine = (await person.order(cup)).json
  for (const name of ['openid', 'payer', 'sub_openid', 'account_id']) {
    const body = { [name]: name === 'payer' ? { openid } : openid }
    const reply = await changesNothing(pair, () => person.post(`/v1/orders/${mine.id}/pay`, body))
    expect([reply.status, reply.json.errors[0].field]).toEqual([400, name])
  }
  const seq = await journalEnd(pair)
  const sneaky = { ...person.headers(), openid, 'x-wx-openid': openid }
  const paying = await pair.server.post(`/v1/orders/${mine.id}/pay?openid=${openid}`, {}, sneaky)
  expect(paying.status).toBe(200)
  const prepay = (await notedAfter(pair, seq)).find(({ url }) => url.endsWith('/jsapi'))
  expect(JSON.parse(prepay?.body ?? '{}').payer.openid).not.toBe(openid)
})

test("A-32 ★ order A's signature does not carry order B's prepay_id", async () => {
  const a = await person.checkout(cup)
  const b = await person.checkout([{ product_id: 'cup', quantity: 9 }])
  const mixed = [
    { ...a.payment, package: b.payment['package'] ?? '' },
    { ...b.payment, paySign: a.payment['paySign'] ?? '' },
    { ...b.payment, nonceStr: a.payment['nonceStr'] ?? '' },
  ]
  for (const fields of mixed) {
    const reply = await person.cashier(fields)
    expect(reply.json.errMsg).toMatch(/^requestPayment:fail/)
  }
  expect((await person.post(`/v1/orders/${b.id}/confirm`)).json.status).toBe('unpaid')
  expect(await person.status(a.id)).toBe('unpaid')
  expect((await person.cashier(b.payment)).json.errMsg).toBe('requestPayment:ok')
  await person.untilStatus(b.id, 'paid')
})

test('A-34 ★ a price that changes between placing and paying changes neither order nor payment', async () => {
  const before = (await person.order(cup)).json
  const price = async (fen: number) =>
    await pair.db.query(`UPDATE product SET price_fen = $1 WHERE id = 'cup'`, [fen])
  await price(1)
  const seq = await journalEnd(pair)
  const { payment, order } = (await person.post(`/v1/orders/${before.id}/pay`)).json
  const after = (await person.order(cup)).json
  await price(2_500)
  const prepay = (await notedAfter(pair, seq)).find(({ url }) => url.endsWith('/jsapi'))
  expect(JSON.parse(prepay?.body ?? '{}').amount.total).toBe(2_500)
  expect([order.total, after.total]).toEqual([2_500, 1])
  await person.cashier(payment)
  expect(await person.untilStatus(before.id, 'paid')).toMatchObject({ total: 2_500 })
})
