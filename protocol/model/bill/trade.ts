import type { Instant } from '../time.ts'
import { type BillKind, type BillSums, type Cells, readBill } from './table.ts'
import { type Mills, millsPerFen, nearestFen } from './yuan.ts'

/**
 * A row of the transaction bill (交易账单, bill_type=ALL): a payment of the day, or a refund that
 * WeChat accepted on it, as it stood when the bill was made. Numbers of other systems are in it
 * too, so that ids are texts here.
 */
export interface TradeBillRow {
  /** 交易时间; of a refund the payment's or its own, samples differ. */
  readonly atMs: Instant
  readonly appid: string
  readonly mchid: string
  readonly openid: string
  readonly transactionId: string
  readonly outTradeNo: string
  readonly tradeType: string
  /** SUCCESS, REFUND; REVOKED for payments by code. */
  readonly state: string
  readonly currency: string
  /** 订单金额; in the older form 总金额. Zero in the row of a refund. */
  readonly totalFen: number
  /** 应结订单金额: the same without coupons that the merchant gave, in the older form 企业红包金额. */
  readonly settledFen: number
  readonly refundId: string | null
  readonly outRefundNo: string | null
  /** 申请退款金额; in the older form 退款金额. */
  readonly refundFen: number
  /** 退款金额: the same without the coupons' share, in the older form 企业红包退款金额. */
  readonly refundSettledFen: number
  /** SUCCESS, PROCESSING, FAIL, CHANGE; these are not the states of the interface. */
  readonly refundState: string | null
  /** 手续费 to the nearest fen; negative when it is given back. */
  readonly feeFen: number
  /** The same in thousandths of a fen, as the bill adds it up. */
  readonly feeMills: Mills
  /** 费率 as written: 0.60%. */
  readonly rate: string
}

const total = ['订单金额', '总金额'] as const
const refunded = ['申请退款金额', '退款金额'] as const

const kind: BillKind<TradeBillRow> = {
  countName: '总交易单数',
  needed: [
    ['交易时间'],
    ['商户号'],
    ['微信订单号'],
    ['商户订单号'],
    ['交易状态'],
    ['货币种类'],
    ['应结订单金额', '总金额'],
    ['手续费'],
  ],
  row: tradeRow,
  totals: [
    [['应结订单总金额'], ({ settledFen }) => settledFen * millsPerFen],
    [['退款总金额'], ({ refundSettledFen }) => refundSettledFen * millsPerFen],
    [['手续费总金额'], ({ feeMills }) => feeMills],
    [['订单总金额', '总交易额'], ({ totalFen }) => totalFen * millsPerFen],
    [['申请退款总金额', '总退款金额'], ({ refundFen }) => refundFen * millsPerFen],
  ],
  mostNeeded: ['应结订单总金额', '总交易额'],
}

/** Streams a transaction bill; see `readBill`. */
export function readTradeBill(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly TradeBillRow[], BillSums> {
  return readBill(bytes, kind)
}

function tradeRow(cells: Cells): TradeBillRow {
  const state = cells.text(32, '交易状态')
  const isRefund = state === 'REFUND'
  const feeMills = cells.mills('手续费')
  const transactionId = cells.text(32, '微信订单号')
  if (transactionId === '') throw cells.wrong(['微信订单号'], 'is missing')
  const refundId = isRefund ? unset(cells.text(32, '微信退款单号')) : null
  if (isRefund && refundId === null) throw cells.wrong(['微信退款单号'], 'is missing')
  return {
    atMs: cells.time('交易时间'),
    appid: cells.text(32, '公众账号ID'),
    mchid: cells.text(32, '商户号'),
    openid: cells.text(128, '用户标识'),
    transactionId,
    outTradeNo: cells.text(64, '商户订单号'),
    tradeType: cells.text(32, '交易类型'),
    state,
    currency: cells.text(16, '货币种类'),
    totalFen: cells.fen(...total),
    settledFen: settled(cells),
    refundId,
    outRefundNo: isRefund ? unset(cells.text(64, '商户退款单号')) : null,
    refundFen: isRefund ? cells.fen(...refunded) : 0,
    refundSettledFen: isRefund ? refundSettled(cells) : 0,
    refundState: isRefund ? cells.text(32, '退款状态') : null,
    feeFen: nearestFen(feeMills),
    feeMills,
    rate: cells.text(16, '费率'),
  }
}

/** In the older form the whole amount less the coupons' part of it. */
function settled(cells: Cells): number {
  if (cells.find('应结订单金额') !== undefined) return cells.fen('应结订单金额')
  return cells.fen('总金额') - couponFen(cells, '企业红包金额')
}

/** 退款金额 changed its meaning: it is the whole amount where there is no 申请退款金额. */
function refundSettled(cells: Cells): number {
  const isNew = cells.find('申请退款金额') !== undefined
  return cells.fen('退款金额') - (isNew ? 0 : couponFen(cells, '企业红包退款金额'))
}

function couponFen(cells: Cells, name: string): number {
  return cells.find(name) === undefined ? 0 : cells.fen(name)
}

/** WeChat writes 0 for a number that there is not. */
function unset(text: string): string | null {
  return text === '' || text === '0' ? null : text
}
