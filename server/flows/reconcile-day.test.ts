import { beijingDate, instant } from '@minitill/protocol/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tradeBill } from '../../simulator/bills/trade-bill.ts'
import { backFen, fileOf, fundsOf, move, refunded, trade } from '../../tests/support/bill-files.ts'
import { mchid } from '../../tests/support/flow-ports.ts'
import { RefundBox } from '../../tests/support/refund-box.ts'
import { reconcileDay } from './reconcile-day.ts'

const day = 86_400_000

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
