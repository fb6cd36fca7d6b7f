import { beforeEach, expect, it } from 'vitest'
import { endRefund, refundKey, retryAbnormal } from '../refund.ts'
import type { Seed } from '../seed.ts'
import { billText, readBill } from '../testing/bill.ts'
import { type Box, openBox } from '../testing/box.ts'

const HOUR_MS = 60 * 60_000
const TRADE = '/v3/bill/tradebill?bill_date=2026-11-23'
const FUND = '/v3/bill/fundflowbill?bill_date=2026-11-23'

let box: Box
let seed: Seed | undefined

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  const asked = await box.merchant.prepay('paid-0001', box.openid, { amount: { total: 10_000 } })
  box.use(asked.json['prepay_id'], 'pay')
  await box.passTime(HOUR_MS)
})

/** To this hour after midnight of the 24th in Beijing. */
const until = (hour: number) =>
  box.passTime(Date.parse('2026-11-23T16:00:00Z') + hour * HOUR_MS - box.wechat.world.nowMs())

async function refund(number: string, amount: number, kind?: string): Promise<string> {
  const disarm = kind === undefined ? () => undefined : box.arm('pay.refund', kind)
  const answer = await box.merchant.call('POST', '/v3/refund/domestic/refunds', {
    out_trade_no: 'paid-0001',
    out_refund_no: number,
    amount: { refund: amount, total: 10_000, currency: 'CNY' },
  })
  disarm()
  expect([answer.status, answer.json['code']]).toEqual([200, undefined])
  await box.passTime(61_000)
  return refundKey(box.seed.credentials.mchid, number)
}

const rowsOf = async (path: string) => readBill(await billText(box.merchant, path)).rows
const states = async () =>
  (await rowsOf(`${TRADE}&bill_type=REFUND`)).map((row) => [
    row['商户退款单号'],
    row['退款状态'],
    row['退款类型'],
    row['退款成功时间'],
  ])

it('R84 a refund is listed on the day of its acceptance, and its row stays as it stood then', async () => {
  const { world } = box.wechat
  await refund('back-done', 100)
  const halted = await refund('back-halted', 200, 'refund_abnormal')
  await refund('back-closed', 300, 'refund_closed')
  // From noon to half past nine: after the bill was made, and before it can be had.
  box.set({ refund_seconds: 21.5 * 3600 })
  const waiting = await refund('back-waiting', 400)
  await until(10)
  expect(world.must('refunds', waiting).status).toBe('SUCCESS')
  const seen = await states()
  expect(seen).toEqual([
    ['back-done', 'SUCCESS', 'ORIGINAL', expect.stringMatching(/^2026-11-23 12:/)],
    ['back-halted', 'CHANGE', 'ORIGINAL', ''],
    ['back-closed', 'FAIL', 'ORIGINAL', ''],
    ['back-waiting', 'PROCESSING', 'ORIGINAL', ''],
  ])
  retryAbnormal(world, halted, '招商银行信用卡0403')
  expect(await states()).toEqual(seen)
  endRefund(world, halted, 'SUCCESS')
  expect(world.must('refunds', halted)).toMatchObject({ status: 'SUCCESS' })
  expect(await states()).toEqual(seen)
  const next = await box.merchant.call('GET', TRADE.replace('-23', '-24'))
  await until(24 + 10)
  const later = await box.merchant.call('GET', TRADE.replace('-23', '-24'))
  expect([next.json['code'], later.json['code']]).toEqual(['INVALID_REQUEST', 'NO_STATEMENT_EXIST'])
})

it('R70 R84 fees come back with a refund, in the trade bill negative and in the account’s bill as less to pay', async () => {
  await refund('back-half', 5000)
  await until(10)
  const [paid, back] = await rowsOf(TRADE)
  expect(paid).toMatchObject({ 订单金额: '100.00', 手续费: '0.60000', 费率: '0.60%' })
  expect(back).toMatchObject({
    交易状态: 'REFUND',
    应结订单金额: '0.00',
    订单金额: '0.00',
    退款金额: '50.00',
    申请退款金额: '50.00',
    手续费: '-0.30000',
  })
  const { rows, totals } = readBill(await billText(box.merchant, FUND))
  const { mchid } = box.seed.credentials
  const told = rows.map((row) => [
    row['业务类型'],
    row['收支类型'],
    row['收支金额(元)'],
    row['账户结余(元)'],
    row['资金变更提交申请人'],
    row['备注'],
    row['业务凭证号'],
  ])
  expect(told).toEqual([
    ['交易', '收入', '100.00', '100.00', 'system', '', 'paid-0001'],
    ['扣除交易手续费', '支出', '0.60', '99.40', 'system', '', 'paid-0001'],
    [
      '退款',
      '支出',
      '49.70',
      '49.70',
      `${mchid}API`,
      '退款总金额50.00元;含手续费0.30元',
      'back-half',
    ],
  ])
  expect(totals).toMatchObject({ 资金流水总笔数: '3', 收入金额: '100.00', 支出金额: '50.30' })
  expect(rows.map((row) => row['微信支付业务单号'])).toEqual([
    paid?.['微信订单号'],
    paid?.['微信订单号'],
    back?.['微信退款单号'],
  ])
  expect(new Set(rows.map((row) => row['资金流水单号'])).size).toBe(3)
})

it('F-60 a fund-flow bill with one altered fen no longer follows from its balances', async () => {
  await until(10)
  const disarm = box.arm('pay.fundflowbill', 'off_by_one_fen')
  const rows = await rowsOf(FUND)
  disarm()
  expect(rows[0]).toMatchObject({ '收支金额(元)': '100.01', '账户结余(元)': '100.00' })
})
