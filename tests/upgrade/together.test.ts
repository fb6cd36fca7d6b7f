// The present code takes over from the release before it, which goes on serving beside it for a while,
// as it does where one instance after the other is replaced.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../server/store/database.ts'
import { pendingMigrations } from '../../server/store/migrate.ts'
import type { Http } from '../support/http.ts'
import { approverKey, type Pair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { passUntil, Till } from '../support/till.ts'
import { broken } from '../support/truth.ts'
import { counted, Wechat } from '../support/wechat.ts'
import { previousVersion } from './keep/release.ts'
import { expectAllKept, paidBefore, promisesOf, untilSettled } from './support/end.ts'
import { House } from './support/house.ts'

let house: House
let pair: Pair
let person: Shopper
let wrongBefore: readonly string[]
let known: readonly string[]

beforeAll(async () => {
  house = await House.open(previousVersion())
  pair = house.pair
  wrongBefore = await broken(pair)
  known = await promisesOf(pair.db)
})
afterAll(async () => {
  await pair.stop()
})

const secondPerson = {
  MINITILL_APPROVE_REFUNDS_FROM: '2500',
  MINITILL_APPROVER_KEY: approverKey,
}

/** Placed at one server, paid for at the other, asked about at the first. */
async function bought(here: Http, there: Http, key: string): Promise<string> {
  const items = [{ product_id: 'cup', quantity: 1 }]
  const headers = person.headers({ 'idempotency-key': key })
  const order = await here.post('/v1/orders', { items }, headers)
  expect([order.status, order.text]).toEqual([201, expect.any(String)])
  const paying = await there.post(`/v1/orders/${order.json.id}/pay`, {}, person.headers())
  expect([paying.status, paying.json.order.id]).toEqual([200, order.json.id])
  await person.cashier(paying.json.payment)
  const asked = await here.post(`/v1/orders/${order.json.id}/confirm`, {}, person.headers())
  expect([asked.status, asked.json.status]).toEqual([200, 'paid'])
  return order.json.id
}

/** Refunds an order at one server and waits at the other until the money has arrived. */
async function refunded(order: string, here: Http, there: Http): Promise<void> {
  const till = new Till(pair)
  const asked = await till.ask(order, { amount: 700, reason: '不合适' }, `key-${here.url}`, here)
  expect([asked.status, asked.json.status]).toEqual([202, 'processing'])
  await passUntil(
    new Wechat(pair),
    async () => (await there.get(`/admin/v1/refunds/${asked.json.id}`, till.headers())).json,
    ({ status }) => status === 'succeeded',
  )
}

const both = (): Array<readonly [Http, Http]> => [
  [pair.server, pair.other],
  [pair.other, pair.server],
]

test('the present code starts beside the old one and migrates, and both are ready', async () => {
  await house.startOld()
  // What only the present one knows is set when it is there; the old one refuses what it cannot read.
  await house.startNew(secondPerson)
  expect(await pendingMigrations(openDatabase(pair.db))).toEqual([])
  for (const [here] of both()) expect((await here.get('/readyz')).status).toBe(200)
  person = await Shopper.arrive(pair, 100_000_000)
})

test('who was logged in before is known to both', async () => {
  const { authorization } = house
  for (const [here] of both()) {
    expect((await here.get('/v1/session', { authorization })).status).toBe(200)
  }
})

test('orders that one version places are paid for at the other, many at once', async () => {
  const orders = both().flatMap(([here, there], way) =>
    Array.from({ length: 10 }, (_, nth) => bought(here, there, `together-${way}-${nth}`)),
  )
  expect(new Set(await Promise.all(orders)).size).toBe(20)
})

test('one wish with one key is one order, whichever version hears it', async () => {
  const body = { items: [{ product_id: 'cup', quantity: 1 }] }
  const headers = person.headers({ 'idempotency-key': 'one wish' })
  const replies = await Promise.all(
    both().flatMap(([here, there]) =>
      [here, there].map((at) => at.post('/v1/orders', body, headers)),
    ),
  )
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
})

test('orders that were paid before the upgrade are refunded at either', async () => {
  for (const [nth, [here, there]] of both().entries()) {
    await refunded(await paidBefore(pair, nth), here, there)
  }
})

test('a refund that waits for a second person is not sent by the old one, who knows no such thing', async () => {
  const till = new Till(pair)
  const order = await bought(pair.server, pair.other, 'large')
  const asked = await till.ask(order, { amount: 2500, reason: '不合适' })
  expect(asked.json).toMatchObject({ status: 'processing', approval: 'awaiting' })
  const { id, out_refund_no: no } = asked.json
  const wechat = new Wechat(pair)
  const there = () => pair.world.values('refunds').filter(({ outRefundNo }) => outRefundNo === no)
  for (let minute = 0; minute < 10; minute += 1) {
    expect(there()).toEqual([])
    // A person at the old one asks it to be sent; the database does not let it.
    const path = `/admin/v1/refunds/${id}/resolve`
    const retried = await pair.other.post(path, { action: 'retry' }, till.headers())
    expect(retried.status).toBe(200)
    await wechat.advance(61_000)
  }
  expect(there()).toEqual([])
  expect((await new Till(pair, approverKey).approve(id)).status).toBe(200)
  const look = async () => (await pair.other.get(`/admin/v1/refunds/${id}`, till.headers())).json
  await passUntil(wechat, look, ({ status }) => status === 'succeeded')
  expect(there()).toHaveLength(1)
})

test('the old one starts once more on the schema that the present one made, and serves', async () => {
  await house.stopOld()
  await house.startOld()
  for (const [nth, [here, there]] of both().entries()) await bought(here, there, `again-${nth}`)
  // Both asked WeChat themselves; neither only looked on.
  for (const [here] of both()) {
    expect(await counted(here, 'wechat_call_total')).toBeGreaterThan(0)
  }
})

test('what was under way ends, nothing is lost, and every promise is kept', async () => {
  await untilSettled(pair)
  const wrong = (await broken(pair)).filter((one) => !wrongBefore.includes(one))
  expect(wrong).toEqual([])
  await expectAllKept(pair.db, known)
})

test('the present one is taken away again: the old one goes on alone and finds every promise kept', async () => {
  await pair.stopFirst()
  await bought(pair.other, pair.other, 'alone')
  const headers = new Till(pair).headers()
  const askedMs = pair.world.nowMs()
  expect((await pair.other.post('/admin/v1/promises/check', {}, headers)).status).toBe(202)
  const looks = await until(
    async () => (await pair.other.get('/admin/v1/promises', headers)).json.data,
    (data: Shown[]) => data.every(({ checked_at }) => Date.parse(checked_at) > askedMs),
  )
  expect(looks.length).toBeGreaterThan(10)
  expect(looks.filter(({ status }: Shown) => status !== 'kept')).toEqual([])
})

interface Shown {
  readonly status: string
  readonly checked_at: string
}
