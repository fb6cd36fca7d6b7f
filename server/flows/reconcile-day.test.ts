import { beijingDate, instant } from '@minitill/protocol/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tradeBill } from '../../simulator/bills/trade-bill.ts'
import { backFen, fileOf, fundsOf, move, refunded, trade } from '../../tests/support/bill-files.ts'
import { mchid } from '../../tests/support/flow-ports.ts'
import { RefundBox, refused } from '../../tests/support/refund-box.ts'
import { askForDay } from './ask-for-day.ts'
import { reconcileDay, reconcileInTime } from './reconcile-day.ts'

const day = 86_400_000

const hour = 3_600_000

let shop: RefundBox

beforeAll(async () => {
  shop = await RefundBox.open()
})
afterAll(async () => {
  await shop.box.close()
})

const today = () => beijingDate(instant(shop.now))
const moved = (nth: number) => fileOf(fundsOf(shop.now, [move(odd(nth), '充值', 100)], `F${nth}`))
const odd = (nth: number) => ({ no: `odd${nth}`, transactionId: `3000${nth}` })

async function judged(date: string): Promise<readonly string[]> {
  const result = await reconcileDay(shop.box.ports, { mchid, date })
  expect(result.kind).toBe('reconciled')
  const found = await shop.box.db.selectFrom('difference').selectAll().execute()
  return found
    .filter((one) => one.date === date && one.class !== 'balance' && one.class !== 'fund_missing')
    .map((one) => `${one.class} ${one.status}`)
    .sort()
}

test('I-32 two rows of one payment, both with another amount, are one difference and a duplicate', async () => {
  const order = await shop.paid()
  const date = today()
  const rows = [1981, 1982].map((saidFen) => trade({ ...order, saidFen }, shop.now))
  shop.box.script.bill = [fileOf(tradeBill(rows, 'ALL', 'payment')), moved(1)]
  shop.advance(day)
  expect(await judged(date)).toEqual(['amount open', 'duplicate open'])
  expect(await judged(date)).toEqual(['amount open', 'duplicate open'])
})

test('I-32 a refund that one bill missed and the next has with another amount is in one open difference', async () => {
  const order = await shop.paid()
  const id = await shop.wished(order, backFen)
  shop.box.script.refund = [await shop.says(id, order, 'SUCCESS')]
  await shop.step(id)
  const date = today()
  shop.box.script.bill = [fileOf(tradeBill([trade(order, shop.now)], 'ALL', 'payment')), moved(2)]
  shop.advance(day)
  expect(await judged(date)).toEqual(['refund_here open'])
  const { refund_id, out_refund_no: no } = await shop.refund(id)
  const row = refunded(order, { id: refund_id ?? '', no, saidFen: backFen + 1 }, shop.now)
  const next = today()
  shop.box.script.bill = [fileOf(tradeBill([row], 'ALL', 'payment')), moved(3)]
  shop.advance(day)
  expect(await judged(next)).toEqual(['refund_amount open'])
  expect(await judged(date)).toEqual(['refund_here healed'])
})

/** A day with one payment, asked for on the next one with the day before it; their dates. */
async function twoDays(): Promise<readonly [string, string]> {
  const dates = [today()]
  await shop.paid()
  shop.advance(day)
  dates.push(today())
  await shop.paid()
  shop.advance(day)
  const { ports } = shop.box
  await ports.store.transaction(async (tx) => {
    for (const date of dates) await askForDay(tx, ports, mchid, date)
  })
  return [dates[0] ?? '', dates[1] ?? '']
}

const inTime = async (date: string) => await reconcileInTime(shop.box.ports, { mchid, date })

async function statuses(...dates: readonly string[]): Promise<readonly string[]> {
  const { reconciliations } = shop.box.ports.store.read
  const found = await Promise.all(dates.map((date) => reconciliations.find(mchid, date)))
  return found.map((one) => one?.status ?? 'nothing')
}

test('days of one merchant that were asked for together are judged in order', async () => {
  const [first, second] = await twoDays()
  shop.box.asked.length = 0
  expect(await inTime(second)).toEqual({ again: shop.now + 2_000 })
  expect(shop.box.asked).toEqual([])
  shop.box.script.bill = [refused(400, 'NO_STATEMENT_EXIST')]
  for (let tries = 0; tries < 2; tries += 1) {
    expect(await inTime(first)).toEqual({ again: shop.now + hour / 2 })
    expect(await inTime(second)).toEqual({ again: shop.now + hour / 6 })
    shop.advance(hour / 2)
  }
  expect(await inTime(first)).toBe('done')
  expect(await statuses(first, second)).toEqual(['reconciled', 'waiting'])
  for (const _ of [1, 2]) await inTime(second)
  expect(await inTime(second)).toBe('done')
  expect(await statuses(first, second)).toEqual(['reconciled', 'reconciled'])
})

test('a day whose bill stays away stops no later one for ever, which is asked for again when it ends', async () => {
  const [first, second] = await twoDays()
  shop.box.script.bill = [refused(400, 'SYSTEM_ERROR')]
  await inTime(first)
  shop.advance(5.5 * hour - 1)
  expect(await inTime(second)).toEqual({ again: shop.now + hour / 6 })
  shop.advance(1)
  shop.box.script.bill = [refused(400, 'NO_STATEMENT_EXIST')]
  for (const _ of [1, 2]) await inTime(second)
  expect(await inTime(second)).toBe('done')
  expect(await statuses(first, second)).toEqual(['waiting', 'reconciled'])
  const again = () => shop.box.jobs.filter(({ data }) => data['date'] === second)
  shop.box.jobs.length = 0
  for (const _ of [1, 2, 3]) await inTime(first)
  expect(await statuses(first)).toEqual(['reconciled'])
  expect(again()).toHaveLength(1)
  await inTime(first)
  expect(again()).toHaveLength(1)
})
