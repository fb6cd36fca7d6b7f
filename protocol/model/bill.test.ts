import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type BillSums,
  millsOf,
  nearestFen,
  parseBillLink,
  readFundBill,
  readTradeBill,
  signedFenOf,
  type TradeBillRow,
} from './bill.ts'

// A payment and a refund as WeChat's own samples write them, and what may be different about a file.
const header =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,' +
  '付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,' +
  '退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
const paid =
  '`2021-01-28 17:07:11,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000925202101284997714292,' +
  '`S20210128170702357723,`ofyak5qYxYJVnhTlrkk_ACWIVrHI,`JSAPI,`SUCCESS,`OTHERS,`CNY,`0.90,`0.10,' +
  '`0,`0,`0.00,`0.00,`,`,`红富士\\ 1斤 "大" `x,`a b,`0.00600,`0.60%,`1.00,`0.00,`'
const back =
  '`2021-01-29 00:00:00,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000925202101284997714292,' +
  '`S20210128170702357723,`o,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300806962021020105978994968,' +
  '`R1,`0.45,`0.00,`ORIGINAL,`PROCESSING,`x,`,`-0.00300,`0.60%,`0.00,`0.50,`'
const totalsHeader =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
const totals = '`2,`0.90,`0.45,`0.00,`0.00300,`1.00,`0.50'
const whole = [header, paid, back, totalsHeader, totals]

async function* pieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, size?: number) {
  return await all(readTradeBill(pieces(text, size)))
}

async function all<Row>(
  rows: AsyncGenerator<readonly Row[], BillSums>,
): Promise<{ rows: Row[]; sums: BillSums }> {
  const found: Row[] = []
  for (;;) {
    const { done, value } = await rows.next()
    if (done) return { rows: found, sums: value }
    found.push(...value)
  }
}

test('rows are typed by the names of their columns, whole fen, Beijing time', async () => {
  const { rows, sums } = await read(`${whole.join('\n')}\n`)
  expect(rows[0]).toEqual({
    atMs: Date.parse('2021-01-28T17:07:11+08:00'),
    appid: 'wx81be3101902f7cb2',
    mchid: '1601959334',
    openid: 'ofyak5qYxYJVnhTlrkk_ACWIVrHI',
    transactionId: '4200000925202101284997714292',
    outTradeNo: 'S20210128170702357723',
    tradeType: 'JSAPI',
    state: 'SUCCESS',
    currency: 'CNY',
    totalFen: 100,
    settledFen: 90,
    refundId: null,
    outRefundNo: null,
    refundFen: 0,
    refundSettledFen: 0,
    refundState: null,
    feeFen: 1,
    feeMills: 600,
    rate: '0.60%',
  } satisfies Record<keyof TradeBillRow, unknown>)
  expect(rows[1]).toMatchObject({
    state: 'REFUND',
    refundId: '50300806962021020105978994968',
    outRefundNo: 'R1',
    refundFen: 50,
    refundSettledFen: 45,
    refundState: 'PROCESSING',
    feeFen: 0,
    feeMills: -300,
  })
  expect(sums).toMatchObject({ rows: 2, sums: { 应结订单总金额: 90, 订单总金额: 100 } })
})

test('byte order mark, CRLF, moved and new columns, a missing last line end change nothing', async () => {
  const same = (await read(whole.join('\n'))).rows
  expect((await read(`\uFEFF${whole.join('\r\n')}\r\n`)).rows).toEqual(same)
  const swap = (line: string) => {
    const mark = line.startsWith('`') ? ',`' : ','
    const cells = line.replace(/^`/, '').split(mark)
    const moved = [...cells.slice(9), ...cells.slice(0, 9), mark === ',' ? '新增列' : 'x']
    return (mark === ',' ? '' : '`') + moved.join(mark)
  }
  const moved = [swap(header), swap(paid), swap(back), totalsHeader, totals]
  expect((await read(moved.join('\n'))).rows).toEqual(same)
  for (const size of [1, 3, 64, 100_000]) {
    expect((await read(whole.join('\n'), size)).rows).toEqual(same)
  }
})

test('a file that a spreadsheet wrote anew is read with its quotes', async () => {
  const cells = paid.slice(1).split(',`')
  const csv = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
  const comma = csv.replace('红富士\\ 1斤', '红富士,1斤')
  const { rows } = await read([header, comma, back, totalsHeader, totals].join('\n'))
  expect(rows[0]).toEqual((await read(whole.join('\n'))).rows[0])
  await expect(read([header, csv.slice(0, -3), totals].join('\n'))).rejects.toThrow('bill')
})

test.each([
  ['no totals', [header, paid, back]],
  ['half the totals', [header, paid, back, totalsHeader]],
  ['nothing', []],
  ['a changed total', [...whole.slice(0, 4), totals.replace('0.90', '0.91')]],
  ['a changed fee total', [...whole.slice(0, 4), totals.replace('0.00300', '0.00301')]],
  ['a changed count', [...whole.slice(0, 4), totals.replace('`2', '`3')]],
  ['a row less', [header, paid, totalsHeader, totals]],
  ['a row cut short', [header, paid.slice(0, -4), back, totalsHeader, totals]],
  ['more after the end', [...whole, paid]],
  ['parts of a fen', [header, paid.replace('`1.00,', '`1.005,'), back, totalsHeader, totals]],
  ['no number', [header, paid.replace('`0.90,', '`1e3,'), back, totalsHeader, totals]],
  ['no such day', [header, paid.replace('2021-01-28', '2021-02-30'), back, totalsHeader, totals]],
  ['a column less', [header.replace('手续费,', ''), paid, back, totalsHeader, totals]],
  ['a column twice', [header.replace('费率备注', '费率'), paid, back, totalsHeader, totals]],
  ['no sum at all', [header, paid, back, '总交易单数', '`2']],
  [
    'a refund without its number',
    whole.map((line) => line.replace('`50300806962021020105978994968', '`0')),
  ],
])('A-64 a bill with %s is refused as a whole', async (_what, lines) => {
  await expect(read(lines.join('\n'))).rejects.toThrow()
})

test('A-65 a line without an end is given up after 64 KiB, and bytes that are no text at once', async () => {
  let given = 0
  async function* endless() {
    for (;;) {
      given += 1
      yield new Uint8Array(16_384)
    }
  }
  await expect(all(readTradeBill(endless()))).rejects.toThrow('too long')
  expect(given).toBeLessThan(6)
  async function* noText() {
    yield new Uint8Array([0xff, 0xfe, 0x0a])
  }
  await expect(all(readTradeBill(noText()))).rejects.toThrow('UTF-8')
})

test('an empty day may be a table without rows', async () => {
  const none = [header, totalsHeader, '`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00']
  expect((await read(none.join('\n'))).rows).toEqual([])
})

test('F-61 the older form tells whole amounts and the coupons’ part, and they become the same row', async () => {
  const oldHeader =
    '交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,' +
    '付款银行,货币种类,总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,' +
    '退款类型,退款状态,商品名称,商户数据包,手续费,费率'
  const inOldForm = [
    [paid, '`CNY,`0.90,`0.10', '`CNY,`1.00,`0.10', ',`1.00,`0.00,`'],
    [back, '`R1,`0.45,`0.00', '`R1,`0.50,`0.05', ',`0.00,`0.50,`'],
  ].map(([row = '', now = '', then = '', gone = '']) => row.replace(now, then).replace(gone, ''))
  const oldTotals = '总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额'
  const lines = [oldHeader, ...inOldForm, oldTotals, '`2.0,`1.0,`0.5,`0.05,`0.003']
  const [now, then] = [await read(whole.join('\n')), await read(lines.join('\n'))]
  expect(then).toEqual(now)
  const wrong = [...lines.slice(0, -1), '`2.0,`0.9,`0.5,`0.05,`0.003']
  await expect(read(wrong.join('\n'))).rejects.toThrow('订单总金额: must be the sum of the rows')
})

const funds = [
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
  '`2021-02-01 13:54:01,`50300806962021020105978994968,`4200000920202101197964319284,`退款,`退款,`支出,`0.01,`0.22,`1601959334API,`退款总金额0.01元;含手续费0.00元,`S20210201135347279101',
  '`2021-02-01 14:00:00,`4200000920202101197964319285,`4200000920202101197964319286,`交易,`交易,`收入,`10.00,`10.22,`system,`,`T1',
  '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
  '`2.0,`1.0,`10.0,`1,`0.01',
]

test('the fund-flow bill: signed movements with their balance, and totals that agree', async () => {
  const { rows } = await all(readFundBill(pieces(funds.join('\n'))))
  expect(rows.map(({ type, amountFen, balanceFen }) => [type, amountFen, balanceFen])).toEqual([
    ['退款', -1, 22],
    ['交易', 1000, 1022],
  ])
  for (const [from, to] of [
    ['`10.0,', '`10.01,'],
    ['`1.0,', '`2.0,'],
    ['支出,`0.01', '收入,`0.01'],
    ['支出,', '去向,'],
  ] as const) {
    const text = funds.join('\n').replace(from, to)
    await expect(all(readFundBill(pieces(text)))).rejects.toThrow()
  }
})

test('I-34 signed yuan and fen are exact: the low range in full, and any amount to 10^9 yuan', () => {
  for (let fen = 0; fen <= 100_000; fen += 1) {
    const text = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
    expect(signedFenOf(text)).toBe(fen)
  }
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 11), max: 10 ** 11 }), (fen) => {
      const digits = String(Math.abs(fen)).padStart(3, '0')
      const text = `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
      return signedFenOf(text) === fen && millsOf(`${text}000`) === fen * 1000
    }),
  )
  for (const text of ['', '-', '1.', '.5', '01', '1,000', '+1', ' 1', '1e3', '1.123456', '１']) {
    expect(millsOf(text)).toBeNull()
  }
  expect([signedFenOf('0.005'), signedFenOf('-0.00')]).toEqual([null, 0])
  expect([499, 500, -500, -499, 1500].map(nearestFen)).toEqual([0, 1, -1, 0, 2])
})

test('a link is SHA1, forty hex digits and an address, or refused', () => {
  const link = { hash_type: 'SHA1', hash_value: 'AB'.repeat(20), download_url: 'https://x/y' }
  expect(parseBillLink(link).hash_value).toBe('ab'.repeat(20))
  for (const more of [
    { hash_type: 'MD5' },
    { hash_value: 'ab' },
    { hash_value: 'zz'.repeat(20) },
    { download_url: 5 },
    { download_url: undefined },
  ]) {
    expect(() => parseBillLink({ ...link, ...more })).toThrow()
  }
})
