import { beijingDate, instant } from '@minitill/protocol/model'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tradeBill } from '../../simulator/bills/trade-bill.ts'
import { feeFen, fileOf, fundsOf, move, totalFen, trade } from '../../tests/support/bill-files.ts'
import { mchid } from '../../tests/support/flow-ports.ts'
import { type PaidOrder, RefundBox, refused } from '../../tests/support/refund-box.ts'
import { unexplained } from '../domain/reconcile/balance.ts'
import { reconcileDay } from './reconcile-day.ts'

const day = 86_400_000
const late = refused(400, 'SYSTEM_ERROR')

let shop: RefundBox

beforeEach(async () => {
  shop = await RefundBox.open()
})
afterEach(async () => {
  await shop.box.close()
})

/** What WeChat would give for one day: its trades, and its movements from a sum on. */
interface Said {
  readonly date: string
  readonly trades: ReturnType<typeof fileOf>
  readonly funds: ReturnType<typeof fileOf>
}

/** A day with one sale, and with money that only the bill tells of. */
async function aDay(nth: number, openingFen: number, extraFen: number): Promise<Said> {
  const order: PaidOrder = await shop.paid()
  const odd = { no: `odd${nth}`, transactionId: `3000${nth}` }
  const moves = [
    move(order, '交易', totalFen),
    move(order, '扣除交易手续费', -feeFen),
    ...(extraFen === 0 ? [] : [move(odd, '充值', extraFen)]),
  ]
  const at = shop.now
  shop.advance(day)
  return {
    date: beijingDate(instant(at)),
    trades: fileOf(tradeBill([trade(order, at)], 'ALL', 'payment')),
    funds: fileOf(fundsOf(at, moves, `F${nth}`, openingFen)),
  }
}

const soldFen = totalFen - feeFen
const run = async ({ date }: Said, ...script: typeof shop.box.script.bill) => {
  shop.box.script.bill = script
  return await reconcileDay(shop.box.ports, { mchid, date })
}
/** Unexplained fen of each day's balance; null: it has none. */
async function balances(...days: readonly Said[]): Promise<ReadonlyArray<number | null>> {
  const { reconciliations } = shop.box.ports.store.read
  const found = await Promise.all(days.map(({ date }) => reconciliations.find(mchid, date)))
  return found.map((one) => (one?.balance ? unexplained(one.balance) : null))
}
const openings = async () => {
  const entries = await shop.box.ports.store.read.ledger.ofSubject(`merchant:${mchid}`)
  return entries.map(({ transition, postings }) => [
    transition,
    postings.find(({ account }) => account === 'wechat_receivable')?.amountFen,
  ])
}
const openBalances = async () => {
  const query = shop.box.db.selectFrom('difference').selectAll().where('status', '=', 'open')
  return (await query.execute()).filter((one) => one.class === 'balance').length
}

test('a day whose movements came after a later day opened the account gets its balance all the same', async () => {
  const first = await aDay(1, 5_000, 700)
  const second = await aDay(2, 5_000 + soldFen + 700, 0)
  expect((await run(first, first.trades, late)).kind).toBe('waiting')
  expect((await run(second, second.trades, second.funds)).kind).toBe('reconciled')
  expect(await balances(first, second)).toEqual([null, 0])
  shop.box.jobs.length = 0
  expect((await run(first, first.funds)).kind).toBe('reconciled')
  expect(await balances(first)).toEqual([0])
  // The later day is asked for again, because its opening was taken back.
  expect(shop.box.jobs.map(({ data }) => data['date'])).toContain(second.date)
  expect((await run(second, second.trades)).kind).toBe('reconciled')
  expect(await balances(first, second)).toEqual([0, 0])
  const opened = [
    ['opening', 5_000 + 700],
    [`opening:${first.date}`, 5_000],
    [`opening_moved:${second.date}`, -5_700],
  ]
  expect((await openings()).toSorted()).toEqual(opened.toSorted())
  // Whatever is run again, and in whatever order, changes nothing more.
  await run(second, second.trades)
  await run(first, first.trades)
  expect((await openings()).length).toBe(3)
  expect([await balances(first, second), await openBalances()]).toEqual([[0, 0], 0])
})

test('an account that began with nothing is opened twice as well, each day before the one that did', async () => {
  const days = [await aDay(1, 0, 0), await aDay(2, soldFen, 40), await aDay(3, 2 * soldFen + 40, 5)]
  const [first, second, third] = days as [Said, Said, Said]
  await run(first, late, late)
  await run(second, late, late)
  await run(third, third.trades, third.funds)
  await run(second, second.trades, second.funds)
  await run(first, first.trades, first.funds)
  for (const one of days) await run(one, one.trades)
  expect(await balances(...days)).toEqual([0, 0, 0])
  const left = (await openings()).reduce((sum, [, amountFen]) => sum + Number(amountFen), 0)
  expect([left, await openBalances()]).toEqual([0, 0])
})
