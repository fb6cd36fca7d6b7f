import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Midnight in Beijing lies between a payment, the word of it, and the bill that has it (F-54).
let pair: Pair
let person: Shopper
let wechat: Wechat
let accounts: Accounts

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  wechat = new Wechat(pair)
  accounts = new Accounts(pair, new Till(pair), wechat)
})
afterAll(async () => {
  await pair.stop()
})

const midnightAfter = (date: string) => Date.parse(`${date}T00:00:00+08:00`) + 86_400_000

/** Lets time pass until so long before midnight. */
async function untilBefore(midnightMs: number, ms: number): Promise<void> {
  await wechat.advance(midnightMs - ms - Math.round(pair.world.nowMs()))
}

/** Placed in the last minute of a day and paid in its last seconds. */
async function paidAtMidnight(midnightMs: number): Promise<{ id: string; no: string }> {
  await untilBefore(midnightMs, 60_000)
  const { id, no, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  await untilBefore(midnightMs, 4_000)
  await person.cashier(payment)
  const trade = pair.world.values('trades').find(({ outTradeNo }) => outTradeNo === no)
  expect(midnightMs - (trade?.payment?.paidAtMs ?? 0)).toBeGreaterThan(0)
  return { id, no }
}

async function entryOf(no: string): Promise<{ happened: number; booked: number }> {
  const sql = `SELECT e.happened_at_ms AS happened, e.at_ms AS booked FROM entry e
    JOIN payment p ON e.subject = 'payment:' || p.id AND e.transition = 'paid'
    WHERE p.out_trade_no = $1`
  return (await pair.db.query(sql, [no])).rows[0]
}

/** Which bill has the matched trade of this number. */
async function billOf(no: string): Promise<readonly string[]> {
  const sql = `SELECT b.date FROM trade_row r JOIN bill b ON b.id = r.bill_id
    WHERE r.out_trade_no = $1 AND r.place = 'matched'`
  return (await pair.db.query(sql, [no])).rows.map(({ date }) => date)
}

async function agrees(date: string): Promise<void> {
  const { open_differences, merchants } = await accounts.until(date)
  expect([open_differences, merchants[0].differences]).toEqual([0, []])
  expect(merchants[0].balance).toMatchObject({ unexplained: 0 })
}

test('paid before midnight and told after it: the money is the old day’s, and both days agree', async () => {
  const date = accounts.today()
  const midnightMs = midnightAfter(date)
  const lost = await wechat.arm({ preset: 'notify lost all day' })
  const query = await wechat.arm({ point: 'pay.query', kind: 'html_502', probability: 1 })
  const { id, no } = await paidAtMidnight(midnightMs)
  await untilBefore(midnightMs, -10_000)
  expect([accounts.today() > date, await person.status(id)]).toEqual([true, 'unpaid'])
  for (const one of [lost, query]) await wechat.disarm(one)
  await passUntil(
    wechat,
    () => person.status(id),
    (status) => status === 'paid',
  )
  const { happened, booked } = await entryOf(no)
  expect([happened < midnightMs, booked > midnightMs]).toEqual([true, true])
  const next = accounts.today()
  await untilBefore(midnightMs, -10.2 * 3_600_000)
  await agrees(date)
  await accounts.untilNextDay()
  await agrees(next)
  expect(await billOf(no)).toEqual([date])
})

test('paid before midnight by our books and after it by the bill: matched a day later, no difference', async () => {
  await accounts.untilNextDay()
  const date = accounts.today()
  const midnightMs = midnightAfter(date)
  await bought(person)
  const { id, no } = await paidAtMidnight(midnightMs)
  await person.untilStatus(id, 'paid')
  moveToNextDay(no, midnightMs)
  await accounts.untilNextDay()
  const before = await accounts.until(date)
  expect([before.open_differences, before.merchants[0].differences]).toEqual([0, []])
  // The books have it and the account does not yet.
  expect(before.merchants[0].balance).toMatchObject({ carried: -2500, unexplained: 0 })
  expect(await billOf(no)).toEqual([])
  const next = accounts.today()
  await accounts.untilNextDay()
  const after = await accounts.until(next)
  expect([after.open_differences, after.merchants[0].differences]).toEqual([0, []])
  expect(after.merchants[0].balance).toMatchObject({ carried: 0, unexplained: 0 })
  expect(await billOf(no)).toEqual([next])
})

/** WeChat's bills count what it told us of as the next day's: their clock is not that of messages. */
function moveToNextDay(no: string, midnightMs: number): void {
  const key = `${pair.credentials.mchid}/${no}`
  const trade = pair.world.must('trades', key)
  if (trade.payment === null) throw new Error('nobody paid')
  const atMs = midnightMs + 1_000
  pair.world.put('trades', key, { ...trade, payment: { ...trade.payment, paidAtMs: atMs } })
  for (const [nth, flow] of pair.world.entries('fundFlows')) {
    if (flow.voucher === no) pair.world.put('fundFlows', nth, { ...flow, atMs })
  }
}

test('what one bill missed and the next one has with another amount is in one open difference', async () => {
  const date = accounts.today()
  await bought(person)
  const { no } = await bought(person)
  moveToNextDay(no, midnightAfter(date))
  await accounts.untilNextDay()
  await accounts.until(date)
  expect(await accounts.classes(date)).toEqual(['paid_here open'])
  const next = accounts.today()
  const altered = await wechat.arm({ preset: 'bill with one altered fen' })
  await accounts.untilNextDay()
  await accounts.until(next)
  expect(await accounts.classes(date)).toEqual(['paid_here healed'])
  expect(await accounts.classes(next)).toContain('amount open')
  await wechat.disarm(altered)
})
