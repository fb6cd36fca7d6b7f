// The transaction bill (交易账单, wechat-pay.md §8.3): payments of the day and refunds accepted on it.
import type { BillForm, Payment, Trade } from '../state.ts'
import { billTime } from './bill-time.ts'
import { column, escaped, type Sheet } from './sheet.ts'
import { feeYuan, signedFen, yuan } from './yuan.ts'

export const BILL_TYPES = ['ALL', 'SUCCESS', 'REFUND'] as const

export type BillType = (typeof BILL_TYPES)[number]

/** A refund as its row tells it: as it stood when the bill was made. */
export interface RefundPart {
  readonly refundId: string
  readonly outRefundNo: string
  /** What the merchant asked for. */
  readonly appliedFen: number
  /** The same without the share of coupons that the merchant gave (免充值券). */
  readonly settledFen: number
  readonly channel: string
  readonly state: 'SUCCESS' | 'PROCESSING' | 'FAIL' | 'CHANGE'
  readonly acceptedAtMs: number
  readonly succeededAtMs: number | null
}

export interface BillEntry {
  readonly trade: Trade
  readonly payment: Payment
  /** When it counts: the payment, or the refund's acceptance. */
  readonly atMs: number
  /** Signed: what WeChat gives back is negative. */
  readonly feeFen: number
  readonly refund: RefundPart | null
}

type RefundTime = BillForm['refundTime']

type Cell = (entry: BillEntry, refundTime: RefundTime) => string

const nothing = (): string => ''
const money = (fen: (entry: BillEntry) => number): Cell => {
  return (entry) => yuan(fen(entry))
}
const paid = (fen: (entry: BillEntry) => number): Cell => {
  return money((entry) => (entry.refund === null ? fen(entry) : 0))
}
const back =
  (text: (refund: RefundPart) => string, unset: string): Cell =>
  ({ refund }) =>
    refund === null ? unset : text(refund)

const CELLS: Readonly<Record<string, Cell>> = {
  交易时间: ({ atMs, payment, refund }, time) =>
    billTime(refund !== null && time === 'payment' ? payment.paidAtMs : atMs),
  公众账号ID: ({ trade }) => trade.appid,
  商户号: ({ trade }) => trade.mchid,
  特约商户号: () => '0',
  设备号: ({ trade }) => escaped(trade.deviceId ?? ''),
  微信订单号: ({ payment }) => payment.transactionId,
  商户订单号: ({ trade }) => trade.outTradeNo,
  用户标识: ({ trade }) => trade.openid,
  交易类型: () => 'JSAPI',
  交易状态: ({ refund }) => (refund === null ? 'SUCCESS' : 'REFUND'),
  付款银行: ({ payment }) => payment.bankType,
  货币种类: () => 'CNY',
  应结订单金额: paid(({ payment }) => payment.payerTotal),
  代金券金额: paid(({ trade, payment }) => trade.total - payment.payerTotal),
  退款申请时间: back((refund) => billTime(refund.acceptedAtMs), ''),
  退款成功时间: back(({ succeededAtMs: at }) => (at === null ? '' : billTime(at)), ''),
  微信退款单号: back((refund) => refund.refundId, '0'),
  商户退款单号: back((refund) => refund.outRefundNo, '0'),
  退款金额: money(({ refund }) => refund?.settledFen ?? 0),
  // Coupons that somebody else has paid for do not exist here.
  充值券退款金额: money(() => 0),
  退款类型: back((refund) => refund.channel, ''),
  退款状态: back((refund) => refund.state, ''),
  商品名称: ({ trade }) => escaped(trade.description),
  商户数据包: ({ trade }) => escaped(trade.attach ?? ''),
  手续费: ({ feeFen }) => feeYuan(feeFen),
  费率: ({ payment }) => `${yuan(payment.feePer10000 ?? 0)}%`,
  订单金额: paid(({ trade }) => trade.total),
  申请退款金额: money(({ refund }) => refund?.appliedFen ?? 0),
  费率备注: nothing,
}

const REFUND_ONLY = ['退款申请时间', '退款成功时间']
const NOT_IN_SUCCESS = [
  ...REFUND_ONLY,
  '微信退款单号',
  '商户退款单号',
  '退款金额',
  '充值券退款金额',
  '退款类型',
  '退款状态',
  '申请退款金额',
]

/** R84: the columns of a bill_type, 27, 20 and 29 of them. */
export function columnsOf(type: BillType): readonly string[] {
  const without: Readonly<Record<BillType, readonly string[]>> = {
    ALL: REFUND_ONLY,
    SUCCESS: NOT_IN_SUCCESS,
    REFUND: [],
  }
  return Object.keys(CELLS).filter((name) => !without[type].includes(name))
}

const TOTALS: readonly (readonly [total: string, column: string, text: typeof yuan])[] = [
  ['应结订单总金额', '应结订单金额', yuan],
  ['退款总金额', '退款金额', yuan],
  ['充值券退款总金额', '充值券退款金额', yuan],
  ['手续费总金额', '手续费', feeYuan],
  ['订单总金额', '订单金额', yuan],
  ['申请退款总金额', '申请退款金额', yuan],
]

/** The table with the totals that its rows add up to. */
export function withTradeTotals(table: Pick<Sheet, 'header' | 'rows'>): Sheet {
  const sums = TOTALS.map(([, name, text]) => {
    const cells = table.header.includes(name) ? column(table, name) : []
    return text(cells.reduce((sum, cell) => sum + signedFen(cell), 0))
  })
  return {
    ...table,
    totalsHeader: ['总交易单数', ...TOTALS.map(([total]) => total)],
    totals: [String(table.rows.length), ...sums],
  }
}

/** The bill over these entries, in their order; null when this type has none of them. */
export function tradeBill(
  entries: readonly BillEntry[],
  type: BillType,
  refundTime: RefundTime,
): Sheet | null {
  const wanted = entries.filter(({ refund }) => type === 'ALL' || (type === 'REFUND') === !!refund)
  if (wanted.length === 0) return null
  const header = columnsOf(type)
  const cells = header.map((name) => CELLS[name] ?? nothing)
  const rows = wanted.map((entry) => cells.map((cell) => cell(entry, refundTime)))
  return withTradeTotals({ header, rows })
}
