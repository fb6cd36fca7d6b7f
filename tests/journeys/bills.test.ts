import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { fingerprint } from '../support/books.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Days and their bills, one after the other, as an accountant sees them.
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

const billTasks = async (date: string) =>
  (await till.tasks(date)).filter(({ kind }) => String(kind).startsWith('bill_'))

test('a day with a payment and a refund is compared by itself, right to the fen, fees booked', async () => {
  const date = accounts.today()
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 1000)
  await till.untilAccepted(refund)
  await wechat.advance(61_000)
  await till.until(refund, { status: 'succeeded' })
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(day.open_differences).toBe(0)
  expect(day.merchants[0]).toMatchObject({
    // Two trades; three movements: payment, fee, refund.
    matched: 5,
    foreign: 0,
    differences: [],
    balance: { there: 1491, unexplained: 0, ledger: 1491 },
  })
  expect(await till.balance('fees')).toBe(9)
  expect(no).not.toBe('')
})

test('a bill that is late is asked for again, and the day is compared when it is there', async () => {
  const date = accounts.today()
  await bought(person)
  const preset = await wechat.arm({ preset: 'bill late' })
  await accounts.untilNextDay()
  expect((await accounts.until(date, 'waiting')).merchants[0].problem).toBe(
    'trade: STATEMENT_CREATING',
  )
  for (const _half of [1, 2]) {
    await wechat.advance(31 * 60_000)
    await accounts.untilIdle()
  }
  expect((await accounts.until(date)).merchants[0].balance.unexplained).toBe(0)
  await wechat.disarm(preset)
})

test('a bill that stays away becomes a task, which ends when it comes', async () => {
  const date = accounts.today()
  await bought(person)
  const late = await wechat.arm({ point: 'pay.tradebill', kind: 'bill_late', probability: 1 })
  await accounts.untilNextDay()
  await accounts.until(date, 'waiting')
  for (let hour = 0; hour < 5; hour += 1) {
    await wechat.advance(61 * 60_000)
    await accounts.untilIdle()
  }
  await till.untilTask(date, 'bill_late')
  await wechat.disarm(late)
  await wechat.advance(6 * 3_600_000)
  await accounts.until(date)
  expect(await billTasks(date)).toEqual([])
})

test('a day on which nothing happened is an empty day, and the balance stays', async () => {
  const date = accounts.today()
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(day.merchants[0].bills.map(({ status }: { status: string }) => status)).toEqual([
    'empty',
    'empty',
  ])
  expect([day.open_differences, day.merchants[0].balance.unexplained]).toEqual([0, 0])
})

test('no bill for a day on which we sold is not believed at once', async () => {
  const date = accounts.today()
  await bought(person)
  const missing = await wechat.arm({ point: 'pay.tradebill', kind: 'bill_missing', count: 1 })
  await accounts.untilNextDay()
  expect((await accounts.until(date, 'waiting')).merchants[0].problem).toBe(
    'trade: NO_STATEMENT_EXIST',
  )
  await wechat.advance(31 * 60_000)
  expect((await accounts.until(date)).open_differences).toBe(0)
  await wechat.disarm(missing)
})

test('a corrupt bill is refused as a whole with a task, and the right one heals it', async () => {
  const date = accounts.today()
  await bought(person)
  const cut = await wechat.arm({ point: 'pay.billdownload', kind: 'bill_damaged', count: 1 })
  await accounts.untilNextDay()
  const refused = await accounts.until(date, 'refused')
  expect(refused.merchants[0].problem).toBe('trade: hash')
  const count = 'SELECT count(*)::int AS n FROM trade_row r JOIN bill b ON b.id = r.bill_id'
  const rows = await pair.db.query(`${count} WHERE b.date = $1 AND b.kind = 'trade'`, [date])
  expect(rows.rows[0].n).toBe(0)
  await till.untilTask(date, 'bill_refused')
  await wechat.disarm(cut)
  await wechat.advance(31 * 60_000)
  await accounts.until(date)
  expect(await billTasks(date)).toEqual([])
})

test('a second run of a day changes nothing, not even a byte', async () => {
  const date = accounts.today()
  await bought(person)
  await accounts.untilNextDay()
  const first = await accounts.until(date)
  const before = await fingerprint(pair)
  expect(await accounts.run(date)).toEqual(first)
  expect(await accounts.run(date)).toEqual(first)
  expect(await fingerprint(pair)).toBe(before)
})

test('money to the bank and from it is booked by the fund-flow bill', async () => {
  const date = accounts.today()
  const { mchid } = pair.credentials
  const before = await till.balance('settled_cash')
  for (const [what, amount] of [
    ['top-up', 50_000],
    ['withdraw', 20_000],
  ] as const) {
    const moved = await pair.simulator.post(`/_sim/merchants/${mchid}/${what}`, { amount })
    expect(moved.status).toBe(201)
  }
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect([day.open_differences, day.merchants[0].balance.unexplained]).toEqual([0, 0])
  expect((await till.balance('settled_cash')) - before).toBe(-30_000)
})

test('a day that is not over, too old or none is refused by name', async () => {
  for (const date of [accounts.today(), '2020-01-01', '2026-02-30', 'yesterday']) {
    const reply = await accounts.ask(date)
    expect([reply.status, reply.json.code, reply.json.errors[0].field]).toEqual([
      400,
      'invalid_request',
      'date',
    ])
  }
  const stranger = await accounts.ask('2026-11-23', { mchid: '42' })
  expect([stranger.status, (await till.get('/reconciliations/rec_none')).status]).toEqual([
    expect.any(Number),
    404,
  ])
})
