import { fen } from '@minitill/protocol/model'
import { expect, it } from 'vitest'
import type { Payment, Trade } from '../state.ts'
import { altered, BILL_ALTERATIONS } from './alter.ts'
import { fundBill, withFundTotals } from './fund-bill.ts'
import { sheetBytes } from './sheet.ts'
import { type BillEntry, columnsOf, tradeBill, withTradeTotals } from './trade-bill.ts'
import { feeYuan, signedFen, yuan } from './yuan.ts'

const FORM = { bom: false, newline: 'lf' } as const
const paidAtMs = Date.parse('2021-01-28T17:07:11+08:00')
const acceptedAtMs = Date.parse('2021-02-01T13:54:01+08:00')

const payment: Payment = {
  transactionId: '4200000925202101284997714292',
  paidAtMs,
  visibleAtMs: paidAtMs,
  payerTotal: fen(9000),
  bankType: 'OTHERS',
  payer: 'person-1',
  feePer10000: 60,
}
const trade: Trade = {
  mchid: '1999900001',
  appid: 'wx000000000000000a',
  outTradeNo: 'S20210128170702357723',
  description: 'for testing',
  attach: 'cipher code',
  notifyUrl: 'https://shop.example/notify',
  deviceId: null,
  total: fen(10_000),
  openid: 'ofyak5qYxYJVnhTlrkk_ACWIVrHI',
  createdAtMs: paidAtMs - 1000,
  timeExpireMs: null,
  request: '',
  state: 'REFUND',
  prepayId: 'wx0',
  prepayAtMs: paidAtMs,
  prepayCount: 1,
  payment,
}
const bought: BillEntry = {
  trade,
  payment,
  atMs: paidAtMs,
  feeFen: 54,
  refund: null,
}
const returned: BillEntry = {
  ...bought,
  atMs: acceptedAtMs,
  feeFen: -27,
  refund: {
    refundId: '50300806962021020105978994968',
    outRefundNo: 'R1',
    appliedFen: 5000,
    settledFen: 4500,
    channel: 'ORIGINAL',
    state: 'PROCESSING',
    acceptedAtMs,
    succeededAtMs: null,
  },
}

const text = (entries: readonly BillEntry[], type: 'ALL' | 'SUCCESS' | 'REFUND') => {
  const sheet = tradeBill(entries, type, 'payment')
  return sheet === null ? [] : sheetBytes(sheet, FORM).toString().split('\n')
}

const IDS = '`wx000000000000000a,`1999900001,`0,`,`4200000925202101284997714292'
const WHO = '`S20210128170702357723,`ofyak5qYxYJVnhTlrkk_ACWIVrHI,`JSAPI'
const WHAT = '`for testing,`cipher code'

it('R84 27, 20 and 29 columns: ALL, SUCCESS without refunds, REFUND with its two times', () => {
  const [all, success, refund] = [columnsOf('ALL'), columnsOf('SUCCESS'), columnsOf('REFUND')]
  expect([all.length, success.length, refund.length]).toEqual([27, 20, 29])
  expect(all.join(',')).toBe(
    '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,' +
      '货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,' +
      '商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
  )
  expect(success.filter((name) => name.includes('退款'))).toEqual([])
  expect(refund.filter((name) => !all.includes(name))).toEqual(['退款申请时间', '退款成功时间'])
  expect(refund.indexOf('退款申请时间')).toBeGreaterThan(refund.indexOf('货币种类'))
})

it('R83 R84 the rows of a payment and of a refund, cell by cell', () => {
  const [, first, second, , totals] = text([bought, returned], 'ALL')
  expect(first).toBe(
    `\`2021-01-28 17:07:11,${IDS},${WHO},\`SUCCESS,\`OTHERS,\`CNY,\`90.00,\`10.00,\`0,\`0,\`0.00,` +
      `\`0.00,\`,\`,${WHAT},\`0.54000,\`0.60%,\`100.00,\`0.00,\``,
  )
  expect(second).toBe(
    `\`2021-01-28 17:07:11,${IDS},${WHO},\`REFUND,\`OTHERS,\`CNY,\`0.00,\`0.00,` +
      '`50300806962021020105978994968,`R1,`45.00,`0.00,`ORIGINAL,`PROCESSING,' +
      `${WHAT},\`-0.27000,\`0.60%,\`0.00,\`50.00,\``,
  )
  expect(totals).toBe('`2,`90.00,`45.00,`0.00,`0.27000,`100.00,`50.00')
})

it('R84 a bill of one kind has the rows of that kind only, and may be empty', () => {
  const success = text([bought, returned], 'SUCCESS')
  expect(success).toHaveLength(5)
  expect(success[1]).toBe(
    `\`2021-01-28 17:07:11,${IDS},${WHO},\`SUCCESS,\`OTHERS,\`CNY,\`90.00,\`10.00,` +
      `${WHAT},\`0.54000,\`0.60%,\`100.00,\``,
  )
  const refund = text([bought, returned], 'REFUND')
  expect(refund).toHaveLength(5)
  expect(refund[1]).toContain(
    '`CNY,`0.00,`0.00,`2021-02-01 13:54:01,`,`50300806962021020105978994968,`R1,',
  )
  expect(text([bought], 'REFUND')).toEqual([])
  expect(text([returned], 'SUCCESS')).toEqual([])
})

it('the 交易时间 of a refund is a switch', () => {
  const sheet = tradeBill([returned], 'ALL', 'acceptance')
  expect(sheet?.rows[0]?.[0]).toBe('2021-02-01 13:54:01')
})

const movement = {
  atMs: acceptedAtMs,
  businessId: '50300806962021020105978994968',
  flowId: '4200000920202101197964319284',
  name: '退款',
  type: '退款',
  amountFen: -1,
  balanceFen: 22,
  applicant: '1601959334API',
  note: '退款总金额0.01元;含手续费0.00元',
  voucher: 'S20210201135347279101',
}

it('R83 the fund-flow bill has its eleven columns and totals for both directions', () => {
  const income = { ...movement, amountFen: 2, balanceFen: 24, type: '交易' }
  const sheet = fundBill([movement, income])
  expect(sheet === null ? [] : sheetBytes(sheet, FORM).toString().split('\n')).toEqual([
    '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),' +
      '资金变更提交申请人,备注,业务凭证号',
    '`2021-02-01 13:54:01,`50300806962021020105978994968,`4200000920202101197964319284,`退款,`退款,' +
      '`支出,`0.01,`0.22,`1601959334API,`退款总金额0.01元;含手续费0.00元,`S20210201135347279101',
    expect.stringContaining('`退款,`交易,`收入,`0.02,`0.24,'),
    '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
    '`2,`1,`0.02,`1,`0.01',
    '',
  ])
  expect(fundBill([])).toBeNull()
})

it('F-61 the older form has whole amounts and the coupons’ part of them, in rows and totals', () => {
  const sheet = tradeBill([bought, returned], 'ALL', 'payment')
  if (sheet === null) throw new Error('no bill')
  const old = altered(sheet, 'old_columns', withTradeTotals)
  const told = (row: readonly string[] = [], header = old.header) =>
    ['总金额', '企业红包金额', '退款金额', '企业红包退款金额'].map(
      (name) => row[header.indexOf(name)],
    )
  expect(told(old.rows[0])).toEqual(['100.00', '10.00', '0.00', '0.00'])
  expect(told(old.rows[1])).toEqual(['0.00', '0.00', '50.00', '5.00'])
  expect(old.totalsHeader).toEqual([
    '总交易单数',
    '总交易额',
    '总退款金额',
    '总企业红包退款金额',
    '手续费总金额',
  ])
  expect(old.totals).toEqual(['2', '100.00', '50.00', '5.00', '0.27000'])
})

it('F-57…F-62 every alteration but the older columns changes a fund-flow bill too', () => {
  const sheet = fundBill([movement])
  if (sheet === null) throw new Error('no bill')
  const plain = sheetBytes(sheet, FORM).toString()
  const same = BILL_ALTERATIONS.filter(
    (kind) => sheetBytes(altered(sheet, kind, withFundTotals), FORM).toString() === plain,
  )
  expect(same).toEqual(['old_columns'])
})

it('yuan is written and read by string, signed, with five decimals for fees', () => {
  const cases = [
    [0, '0.00'],
    [-1, '-0.01'],
    [100, '1.00'],
    [-12_345, '-123.45'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ] as const
  for (const [amount, written] of cases) {
    expect(yuan(amount)).toBe(written)
    expect(signedFen(written)).toBe(amount)
    expect(signedFen(feeYuan(amount))).toBe(amount)
  }
  for (const wrong of ['', '1', '1.0', '1.000', '1.00100', '¥1.00']) {
    expect(() => signedFen(wrong)).toThrow(RangeError)
  }
})
