// A generated day: orders, refunds and planted differences, as our books have them and as WeChat's
// bills tell them. The bills are written by the simulator's own writers, so that they are WeChat's.
import { createHash } from 'node:crypto'
import { fen } from '@minitill/protocol/model'
import { type FundRow, fundBill } from '../../../simulator/bills/fund-bill.ts'
import { type Sheet, sheetBytes } from '../../../simulator/bills/sheet.ts'
import { type BillEntry, tradeBill } from '../../../simulator/bills/trade-bill.ts'

export const date = '2026-11-23'
const beginMs = Date.parse(`${date}T00:00:00+08:00`)
const minute = 60_000
export const appid = 'wx0000aaaaaaaaaaaa'
export const mchid = '1999900001'
export const openingFen = 1_000_000

/** What a planted difference is, and how it must end. */
export const plants = {
  paid_there: 'healed',
  paid_here: 'open',
  amount: 'open',
  fee: 'open',
  unknown_order: 'open',
  refund_there: 'healed',
  refund_here: 'open',
  refund_amount: 'open',
  external_refund: 'healed',
  duplicate: 'open',
  refund_state: 'open',
  party: 'open',
  unclear: 'open',
  fund_amount: 'open',
  fund_alone: 'open',
  fund_missing: 'open',
  movement: 'open',
} as const

export type Plant = keyof typeof plants

/** One order and at most one refund of it, as the books are to have them. */
export interface Sale {
  readonly nth: number
  readonly plant: Plant | null
  readonly no: string
  readonly transactionId: string
  readonly totalFen: number
  readonly couponFen: number
  readonly feeFen: number
  readonly paidAtMs: number
  readonly refund: Back | null
  readonly isForeign: boolean
}

export interface Back {
  readonly no: string
  readonly refundId: string
  readonly amountFen: number
  readonly couponFen: number
  readonly feeBackFen: number
  readonly acceptedAtMs: number
}

export interface Day {
  readonly sales: readonly Sale[]
  readonly trades: Buffer
  readonly funds: Buffer
  readonly closingFen: number
  readonly foreignFen: number
  /** `class status number` of every difference that there must be, sorted. */
  readonly expected: readonly string[]
}

/** Chance from a seed: the same seed, the same day. */
function chance(seed: string): (nth: number, what: string, below: number) => number {
  return (nth, what, below) => {
    const digest = createHash('sha256').update(`${seed}/${nth}/${what}`).digest()
    return digest.readUInt32BE(0) % below
  }
}

const kinds = Object.keys(plants) as Plant[]
const withRefund: readonly (Plant | null)[] = [
  'refund_there',
  'refund_here',
  'refund_amount',
  'external_refund',
  'refund_state',
]

/** A day of so many orders, with `each` planted differences of every class among them. */
export function generate(orders: number, each: number, seed: string): Day {
  const draw = chance(seed)
  const sales = Array.from({ length: orders }, (_, nth) => sale(nth, each, draw))
  const entries = sales.flatMap(entriesOf).sort((a, b) => a.atMs - b.atMs)
  const moves = sales.flatMap(movesOf).sort((a, b) => a.atMs - b.atMs)
  let balanceFen = openingFen
  const rows = moves.map((move, index): FundRow => {
    balanceFen += move.amountFen
    return {
      ...move,
      balanceFen,
      flowId: `F${String(index).padStart(12, '0')}`,
      applicant: 'system',
    }
  })
  const form = { bom: true, newline: 'crlf' } as const
  const trade = revoked(tradeBill(entries, 'ALL', 'payment'), sales)
  const fund = fundBill(rows)
  if (trade === null || fund === null) throw new Error('an empty day')
  const foreign = sales.filter(({ isForeign }) => isForeign)
  return {
    sales,
    trades: sheetBytes(trade, form),
    funds: sheetBytes(fund, form),
    closingFen: balanceFen,
    foreignFen: foreign.reduce((sum, one) => sum + netOf(one), 0),
    expected: sales.flatMap(expectedOf).sort(),
  }
}

const netOf = ({ totalFen, couponFen, feeFen }: Sale): number => totalFen - couponFen - feeFen

function sale(nth: number, each: number, draw: ReturnType<typeof chance>): Sale {
  // Planted ones lie at a fixed distance, so that pages of every size hold some.
  const plant = nth % 5 === 3 ? (kinds[Math.floor(nth / 5 / each)] ?? null) : null
  const isForeign = plant === null && nth % 50 === 7
  const totalFen = 100 + draw(nth, 'total', 20_000)
  const couponFen = plant === null && draw(nth, 'coupon', 10) === 0 ? 50 : 0
  const feeFen = Math.floor(((totalFen - couponFen) * 60 + 5000) / 10_000)
  const isBack = withRefund.includes(plant) || (plant === null && draw(nth, 'back', 7) === 0)
  const paidAtMs = beginMs + draw(nth, 'time', 22 * 60) * minute + draw(nth, 'second', 60) * 1000
  const base = { nth, plant, totalFen, couponFen, feeFen, paidAtMs, isForeign }
  const no = `${isForeign ? 'X' : 'T'}${String(nth).padStart(12, '0')}`
  const transactionId = `4200${String(nth).padStart(24, '0')}`
  const refund = isBack && !isForeign ? back(base, draw) : null
  return { ...base, no, transactionId, refund }
}

function back(
  { nth, totalFen, couponFen, feeFen, paidAtMs }: Omit<Sale, 'no' | 'transactionId' | 'refund'>,
  draw: ReturnType<typeof chance>,
): Back {
  const amountFen = 10 + draw(nth, 'part', totalFen - 10)
  return {
    no: `TR${String(nth).padStart(12, '0')}`,
    refundId: `5030${String(nth).padStart(24, '0')}`,
    amountFen,
    couponFen: Math.floor((couponFen * amountFen) / totalFen),
    feeBackFen: Math.floor((feeFen * amountFen) / totalFen),
    acceptedAtMs: paidAtMs + 40 * minute,
  }
}

/** What the trade bill says of a sale. */
function entriesOf(sale: Sale): readonly BillEntry[] {
  const { plant, no, transactionId, paidAtMs, refund } = sale
  if (plant === 'paid_here') return []
  const totalFen = sale.totalFen + (plant === 'amount' ? 1 : 0)
  const feeFen = told(sale)
  const trade = {
    mchid,
    appid: plant === 'party' ? 'wx0000bbbbbbbbbbbb' : appid,
    outTradeNo: no,
    description: '红富士, 1斤 "大"',
    attach: null,
    deviceId: null,
    openid: 'oPayer',
    total: fen(totalFen),
  } as BillEntry['trade']
  const payment = {
    transactionId,
    paidAtMs,
    payerTotal: fen(totalFen - sale.couponFen),
    bankType: 'OTHERS',
    feePer10000: 60,
  } as BillEntry['payment']
  const paid: BillEntry = { trade, payment, atMs: paidAtMs, feeFen, refund: null }
  const all = plant === 'duplicate' ? [paid, paid] : [paid]
  if (refund === null || plant === 'refund_here') return all
  const appliedFen = refund.amountFen - (plant === 'refund_amount' ? 1 : 0)
  return [
    ...all,
    {
      trade,
      payment,
      atMs: refund.acceptedAtMs,
      feeFen: 0 - refund.feeBackFen,
      refund: {
        refundId: refund.refundId,
        outRefundNo: refund.no,
        appliedFen,
        settledFen: appliedFen - refund.couponFen,
        channel: 'ORIGINAL',
        state: plant === 'refund_state' ? 'FAIL' : 'SUCCESS',
        acceptedAtMs: refund.acceptedAtMs,
        succeededAtMs: refund.acceptedAtMs + minute,
      },
    },
  ]
}

/** Payments that were revoked, of which the simulator has none. */
function revoked(sheet: Sheet | null, sales: readonly Sale[]): Sheet | null {
  if (sheet === null) return null
  const [no, state] = ['商户订单号', '交易状态'].map((name) => sheet.header.indexOf(name))
  const gone = new Set(sales.filter(({ plant }) => plant === 'unclear').map((one) => one.no))
  const rows = sheet.rows.map((row) =>
    gone.has(row[no ?? 0] ?? '') ? row.map((cell, at) => (at === state ? 'REVOKED' : cell)) : row,
  )
  return { ...sheet, rows }
}

/** A planted fee is wrong in both bills: the rate shows it. */
const told = ({ plant, feeFen }: Sale): number => feeFen + (plant === 'fee' ? 7 : 0)

type Move = Omit<FundRow, 'balanceFen' | 'flowId' | 'applicant'>

/** What the account moved for a sale. */
function movesOf(sale: Sale): readonly Move[] {
  const { plant, no: voucher, transactionId: businessId, paidAtMs: atMs, refund } = sale
  if (plant === 'paid_here' || plant === 'unclear' || plant === 'fund_missing') return []
  const about = { atMs, businessId, voucher, note: '' }
  const paid = sale.totalFen - sale.couponFen + (plant === 'fund_amount' ? 5 : 0)
  const fee = told(sale)
  const moves: Move[] = [
    { ...about, name: '交易', type: '交易', amountFen: paid },
    { ...about, name: '扣除交易手续费', type: '扣除交易手续费', amountFen: -fee },
  ]
  if (plant === 'movement') {
    const odd = { ...about, businessId: `3000${sale.nth}`, atMs: atMs + minute }
    moves.push({ ...odd, name: '分账', type: '分账', amountFen: -123 })
  }
  if (plant === 'fund_alone') {
    const odd = { ...about, businessId: `4300${sale.nth}`, atMs: atMs + minute }
    moves.push({ ...odd, name: '交易', type: '交易', amountFen: 77 })
  }
  if (refund !== null && plant !== 'refund_here') {
    const { refundId, no, acceptedAtMs, amountFen, couponFen, feeBackFen } = refund
    const cost = amountFen - couponFen - feeBackFen
    const out = { atMs: acceptedAtMs, businessId: refundId, voucher: no, note: '' }
    moves.push({ ...out, name: '退款', type: '退款', amountFen: 0 - cost })
  }
  return moves.filter(({ amountFen }) => amountFen !== 0)
}

function expectedOf({ plant, no, refund }: Sale): readonly string[] {
  if (plant === null) return []
  const about = withRefund.includes(plant) ? (refund?.no ?? '') : no
  const found = `${plant} ${plants[plant]} ${about}`
  // The payment and its fee are missed each.
  return plant === 'fund_missing' ? [found, found] : [found]
}
