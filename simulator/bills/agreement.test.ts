// Trade bill, fund-flow bill and world agree to the fen, whatever happened on the days before.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { refundDue } from '../refund.ts'
import type { Seed } from '../seed.ts'
import { type BillRow, billText, fenOf, readBill } from '../testing/bill.ts'
import { type Box, openBox } from '../testing/box.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const BEIJING_MS = 8 * HOUR_MS

type Deed = { readonly waitMinutes: number } & (
  | {
      readonly kind: 'pay'
      readonly total: number
      readonly couponFen: number
      readonly rate: number
    }
  | { readonly kind: 'refund'; readonly which: number; readonly part: number; readonly end: string }
)

const pay = fc.record({
  kind: fc.constant('pay' as const),
  waitMinutes: fc.integer({ min: 1, max: 300 }),
  total: fc.integer({ min: 1, max: 3000 }),
  couponFen: fc.constantFrom(0, 0, 77, 2900),
  rate: fc.constantFrom(60, 60, 0, 1000),
})
const refund = fc.record({
  kind: fc.constant('refund' as const),
  waitMinutes: fc.integer({ min: 2, max: 300 }),
  which: fc.nat(),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  end: fc.constantFrom('', '', 'refund_at_once', 'refund_abnormal', 'refund_closed'),
})
const days: fc.Arbitrary<readonly Deed[]> = fc.array(fc.oneof(pay, refund), {
  minLength: 5,
  maxLength: 30,
})

const dateOf = (atMs: number) => new Date(atMs + BEIJING_MS).toISOString().slice(0, 10)

let seed: Seed | undefined

/** One run: does the deeds, and keeps each day's bills as they were on the morning after. */
class Story {
  readonly box: Box
  readonly mornings = new Map<string, string>()
  #nextMorningMs: number

  constructor(box: Box) {
    this.box = box
    const days = Math.floor((box.wechat.world.nowMs() + BEIJING_MS - 10 * HOUR_MS) / DAY_MS + 1)
    this.#nextMorningMs = days * DAY_MS + 10 * HOUR_MS - BEIJING_MS
  }

  /** Lets time pass with all that is due in it, and looks at each morning's bills. */
  async pass(ms: number): Promise<void> {
    const { world } = this.box.wechat
    const end = world.nowMs() + ms
    for (;;) {
      const now = world.nowMs()
      const due = world
        .entries('refunds')
        .flatMap(([key, one]) => (one.dueAtMs === null ? [] : [{ key, atMs: one.dueAtMs }]))
      const next = [...due, { key: '', atMs: this.#nextMorningMs }]
        .filter(({ atMs }) => atMs <= end)
        .sort((a, b) => a.atMs - b.atMs)[0]
      await this.box.passTime(Math.max(0, (next?.atMs ?? end) - now))
      if (next === undefined) return
      if (next.key !== '') refundDue(world, next.key)
      else await this.#keep(dateOf(world.nowMs() - DAY_MS))
    }
  }

  async #keep(date: string): Promise<void> {
    this.#nextMorningMs += DAY_MS
    for (const kind of ['tradebill', 'fundflowbill']) {
      this.mornings.set(`${kind} ${date}`, await this.bill(kind, date))
    }
  }

  /** The text of a bill; "" for a day without one. */
  async bill(kind: string, date: string): Promise<string> {
    const path = `/v3/bill/${kind}?bill_date=${date}`
    const asked = await this.box.merchant.call('GET', path)
    if (asked.json['code'] === 'NO_STATEMENT_EXIST') return ''
    return billText(this.box.merchant, path)
  }

  async tell(deed: Deed, nth: number): Promise<void> {
    const { box } = this
    await this.pass(deed.waitMinutes * MINUTE_MS)
    if (deed.kind === 'pay') {
      const { couponFen, rate, total } = deed
      box.set({ coupon_fen: couponFen, fee_per_10000: rate, fundflow_bill_per_second: 0 })
      const prepay = await box.merchant.prepay(`story-${nth}`, box.openid, { amount: { total } })
      expect(box.use(prepay.json['prepay_id'], 'pay').errMsg).toBe('requestPayment:ok')
      return
    }
    const paid = box.wechat.world.values('trades')
    const trade = paid[deed.which % Math.max(1, paid.length)]
    if (trade === undefined) return
    const disarm = deed.end === '' ? () => undefined : box.arm('pay.refund', deed.end)
    const amount = { refund: 1 + Math.floor(deed.part * (trade.total - 1)), total: trade.total }
    const body = { out_trade_no: trade.outTradeNo, out_refund_no: `back-${nth}` }
    const call = { ...body, amount: { ...amount, currency: 'CNY' } }
    const answer = await box.merchant.call('POST', '/v3/refund/domestic/refunds', call)
    disarm()
    // Too much, or not enough money in the account: refused, and the bills say nothing of it.
    expect([200, 400, 403]).toContain(answer.status)
  }
}

function by(rows: readonly BillRow[], name: string, value: string): readonly BillRow[] {
  return rows.filter((row) => row[name] === value)
}

/** Each payment and refund of the world is one row of its own day, with the world's amounts. */
function tradesAgree(box: Box, date: string, text: string): void {
  const { world } = box.wechat
  const { rows, totals } = text === '' ? { rows: [], totals: {} } : readBill(text)
  const paid = world
    .values('trades')
    .flatMap(({ outTradeNo, total, payment }) =>
      payment === null || dateOf(payment.paidAtMs) !== date
        ? []
        : [[outTradeNo, total, payment.payerTotal, total - payment.payerTotal, payment.feeFen]],
    )
  const told = by(rows, '交易状态', 'SUCCESS').map((row) => [
    row['商户订单号'],
    ...['订单金额', '应结订单金额', '代金券金额', '手续费'].map((name) => fenOf(row[name])),
  ])
  expect(told).toEqual(paid)
  const accepted = world
    .values('refunds')
    .flatMap((one) =>
      dateOf(one.createdAtMs) === date
        ? [[one.outRefundNo, one.amountFen, one.payerRefundFen, 0 - one.feeBackFen]]
        : [],
    )
  const returned = by(rows, '交易状态', 'REFUND').map((row) => [
    row['商户退款单号'],
    ...['申请退款金额', '退款金额', '手续费'].map((name) => fenOf(row[name])),
  ])
  expect(returned).toEqual(accepted)
  for (const [total, name] of [
    ['应结订单总金额', '应结订单金额'],
    ['退款总金额', '退款金额'],
    ['手续费总金额', '手续费'],
    ['订单总金额', '订单金额'],
    ['申请退款总金额', '申请退款金额'],
  ] as const) {
    const sum = rows.reduce((all, row) => all + fenOf(row[name]), 0)
    expect([total, rows.length === 0 ? 0 : fenOf(totals[total])]).toEqual([total, sum])
  }
}

const signed = (row: BillRow) => fenOf(row['收支金额(元)']) * (row['收支类型'] === '支出' ? -1 : 1)

/** What a trade row means for the account: [业务类型, 业务凭证号, signed fen]; nothing moves for nothing. */
function meant(row: BillRow): readonly (readonly [string, string, number])[] {
  const [order = '', back = ''] = [row['商户订单号'], row['商户退款单号']]
  const fee = fenOf(row['手续费'])
  const moves: readonly (readonly [string, string, number])[] =
    row['交易状态'] === 'SUCCESS'
      ? [
          ['交易', order, fenOf(row['应结订单金额'])],
          ['扣除交易手续费', order, -fee],
        ]
      : [['退款', back, -(fenOf(row['退款金额']) + fee)]]
  return moves.filter(([, , amount]) => amount !== 0)
}

/** The account's bill follows from the trade bill, row by row, and its balances from each other. */
function fundsAgree(box: Box, trades: readonly BillRow[], funds: readonly BillRow[]): void {
  const { world } = box.wechat
  const moved = funds.filter((row) => row['业务类型'] !== '退款失败退回')
  const told = moved.map((row) => [row['业务类型'], row['业务凭证号'], signed(row)])
  expect(told).toEqual(trades.flatMap(meant))
  for (const row of by(funds, '业务类型', '退款失败退回')) {
    const out = by(by(funds, '业务凭证号', row['业务凭证号'] ?? ''), '业务类型', '退款')
    expect(out.map(signed)).toEqual([-signed(row)])
    const key = `${box.seed.credentials.mchid}/${row['业务凭证号']}`
    expect(world.must('refunds', key).status).toBe('CLOSED')
  }
  let balance = 0
  for (const row of funds) {
    balance += signed(row)
    expect(fenOf(row['账户结余(元)'])).toBe(balance)
  }
  expect(world.get('funds', box.seed.credentials.mchid)?.balanceFen ?? 0).toBe(balance)
}

/** The world's own money: what the person no longer has is what the bills say was paid and kept. */
function peopleAgree(box: Box, begin: number, trades: readonly BillRow[]): void {
  const { world } = box.wechat
  const paid = trades.reduce((all, row) => all + fenOf(row['应结订单金额']), 0)
  const arrived = world.values('refunds').filter(({ status }) => status === 'SUCCESS')
  const back = arrived.reduce((all, one) => all + one.payerRefundFen, 0)
  const now = world.must('people', world.meta.defaultPerson).balance
  expect(begin - now).toBe(paid - back)
}

async function agrees(deeds: readonly Deed[]): Promise<void> {
  const box = await openBox(seed)
  seed = box.seed
  box.set({ fundflow_bill_per_second: 0 })
  const { world } = box.wechat
  const begin = world.must('people', world.meta.defaultPerson).balance
  const story = new Story(box)
  const first = world.nowMs()
  for (const [nth, deed] of deeds.entries()) await story.tell(deed, nth)
  const last = world.nowMs()
  await story.pass(2 * DAY_MS)
  const [trades, funds]: [BillRow[], BillRow[]] = [[], []]
  for (let at = first; at < last + 2 * DAY_MS; at += DAY_MS) {
    const date = dateOf(at)
    if (date >= dateOf(world.nowMs() - DAY_MS)) break
    const [trade, fund] = [
      await story.bill('tradebill', date),
      await story.bill('fundflowbill', date),
    ]
    expect([trade, fund]).toEqual([
      story.mornings.get(`tradebill ${date}`),
      story.mornings.get(`fundflowbill ${date}`),
    ])
    tradesAgree(box, date, trade)
    if (trade !== '') trades.push(...readBill(trade).rows)
    if (fund !== '') funds.push(...readBill(fund).rows)
  }
  fundsAgree(box, trades, funds)
  peopleAgree(box, begin, trades)
}

it('R84 R85 on any days trade bill, fund-flow bill and world agree to the fen, and stay as they were', async () => {
  const property = fc.asyncProperty(days, agrees)
  await fc.assert(property, { numRuns: 20, interruptAfterTimeLimit: 60_000 })
}, 90_000)
