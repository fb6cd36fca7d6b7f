import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts, soldElsewhere } from '../support/bills.ts'
import { balanceOf } from '../support/books.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Days on which WeChat and the books do not agree: what heals by itself, and what a person ends.
let pair: Pair
let person: Shopper
let till: Till
let wechat: Wechat
let accounts: Accounts

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
  accounts = new Accounts(pair, till, wechat)
})
afterAll(async () => {
  await pair.stop()
})

const unexplained = (day: { merchants: Array<{ balance: { unexplained: number } }> }) =>
  day.merchants[0]?.balance.unexplained

test('a payment that nobody told us of is found by the bill and pays its order', async () => {
  const date = accounts.today()
  await bought(person)
  const lost = await wechat.arm({ preset: 'notify lost all day' })
  const query = await wechat.arm({ point: 'pay.query', kind: 'html_502', probability: 1 })
  const close = await wechat.arm({ point: 'pay.close', kind: 'html_502', probability: 1 })
  const { id, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  await person.cashier(payment)
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(await person.status(id)).toBe('paid')
  expect(await accounts.classes(date)).toEqual(['paid_there healed'])
  expect([day.open_differences, unexplained(day)]).toEqual([0, 0])
  for (const one of [lost, query, close]) await wechat.disarm(one)
})

test('an amount that is one fen more in the bill is an open difference, and the order stays', async () => {
  const date = accounts.today()
  const { id } = await bought(person)
  const fen = await wechat.arm({ preset: 'bill with one altered fen' })
  const sales = await till.balance('sales')
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  const found = await accounts.differences(date)
  expect(found.map((one) => [one.class, one.status, one.there, one.here])).toEqual([
    ['amount', 'open', 2501, 2500],
  ])
  expect([await person.status(id), await till.balance('sales')]).toEqual(['paid', sales])
  expect(unexplained(day)).toBe(0)
  await wechat.disarm(fen)
  // Nobody but a named person with a reason ends it; time does not, and no second run.
  await accounts.run(date)
  const path = `/differences/${found[0]?.id}/close`
  expect((await till.post(path, {})).status).toBe(400)
  expect((await till.post(path, { reason: '  ' })).status).toBe(400)
  const closed = await till.post(path, { reason: '已与微信支付核对', by: '王会计' })
  expect([closed.status, closed.json.status, closed.json.closed_by]).toEqual([
    200,
    'explained',
    '王会计',
  ])
  // The day says so at once.
  expect((await accounts.look(date)).open_differences).toBe(0)
  expect((await till.post(path, { reason: 'x' })).json.code).toBe('not_now')
  expect((await till.post('/differences/dif_none/close', { reason: 'x' })).status).toBe(404)
  await accounts.run(date)
  expect(await accounts.classes(date)).toEqual(['amount explained'])
})

test('a refund of the merchant platform is found by the bill, booked as external, and counts', async () => {
  const date = accounts.today()
  const { id, no } = await bought(person)
  const made = await pair.simulator.post('/_sim/refunds', { out_trade_no: no, amount: 700 })
  expect(made.status).toBe(201)
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(await accounts.classes(date)).toEqual(['external_refund healed'])
  const { data } = (await till.get(`/orders/${id}/refunds`)).json
  expect(data[0]).toMatchObject({ amount: 700, status: 'succeeded', external: true })
  expect([day.open_differences, unexplained(day)]).toEqual([0, 0])
})

test('a row that comes twice is one sale and one open difference', async () => {
  const date = accounts.today()
  await bought(person)
  const twice = await wechat.arm({ point: 'pay.tradebill', kind: 'duplicate_row', count: 1 })
  const sales = await till.balance('sales')
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(await accounts.classes(date)).toEqual(['duplicate open'])
  expect([await till.balance('sales'), unexplained(day)]).toEqual([sales, 0])
  await wechat.disarm(twice)
})

test('a payment that the bill does not have is open; its money without a trade too', async () => {
  const date = accounts.today()
  await bought(person)
  await bought(person)
  const gone = await wechat.arm({ point: 'pay.tradebill', kind: 'missing_row', count: 1 })
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(await accounts.classes(date)).toEqual([
    'fund_alone open',
    'fund_alone open',
    'paid_here open',
  ])
  expect(unexplained(day)).toBe(0)
  await wechat.disarm(gone)
})

test('a stranger in the bill: ours by its prefix is in suspense, another system’s is counted', async () => {
  const date = accounts.today()
  await bought(person)
  const more = await wechat.arm({ point: 'pay.tradebill', kind: 'unknown_row', count: 1 })
  const before = await balanceOf(pair, 'suspense')
  await accounts.untilNextDay()
  await accounts.until(date)
  // Money that the trade bill tells of and the account never saw.
  expect(await accounts.classes(date)).toEqual([
    'fund_missing open',
    'fund_missing open',
    'unknown_order open',
  ])
  expect((await balanceOf(pair, 'suspense')) - before).toBe(-2500)
  await wechat.disarm(more)
})

test('what another system sold on the same merchant number is foreign, in balance too', async () => {
  const date = accounts.today()
  await bought(person)
  soldElsewhere(pair.world, pair.credentials.mchid)
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect([day.merchants[0].foreign, day.open_differences, unexplained(day)]).toEqual([3, 0, 0])
  expect(day.merchants[0].balance.foreign).toBe(2485)
})
