import type { FundBillRow, Instant, TradeBillRow } from '@minitill/protocol/model'
import type { PaymentStatus } from '../payment.ts'
import type { RefundStatus } from '../refund.ts'

/** Where a row of a bill is: not judged yet, with its partner, another system's, in a difference. */
export type Place = 'new' | 'matched' | 'foreign' | 'different'

/** A row of an accepted trade bill, as it came. */
export type TradeRow = Omit<TradeBillRow, 'feeMills' | 'tradeType'> & {
  readonly billId: string
  readonly line: number
  readonly identity: string
  readonly place: Place
}

/** What we know of the payment that a row names. */
export interface KnownPayment {
  readonly id: string
  readonly status: PaymentStatus
  readonly amountFen: number
  readonly transactionId: string | null
}

/** What we know of the refund that a row names. */
export interface KnownRefundRow {
  readonly id: string
  readonly status: RefundStatus
  readonly amountFen: number
  readonly refundId: string | null
  readonly external: boolean
  readonly transactionId: string
  readonly succeededAtMs: Instant | null
}

/** Money that the books say WeChat holds, or gave back. */
export interface Booked {
  readonly entryId: string
  readonly subject: string
  readonly transition: string
  /** What it adds to WeChat's debt to us. */
  readonly amountFen: number
}

/** A trade row with all that is here about it. */
export interface TradeCase {
  readonly row: TradeRow
  readonly payment: KnownPayment | null
  readonly refund: KnownRefundRow | null
  readonly booked: readonly Booked[]
  /** Whether a row of the same identity is matched already. */
  readonly isSeen: boolean
}

export type Movement =
  | 'payment'
  | 'fee'
  | 'refund'
  | 'refund_back'
  | 'top_up'
  | 'withdrawal'
  | 'other'

/** A row of an accepted fund-flow bill. */
export type FundRow = FundBillRow & {
  readonly billId: string
  readonly line: number
  readonly movement: Movement
  readonly identity: string | null
  readonly place: Place
}

/** The trade row that a movement of money belongs to. */
export interface KnownTrade {
  readonly place: Place
  readonly subject: string | null
  readonly entryId: string | null
  readonly refundSettledFen: number
  readonly feeFen: number
}

export interface FundCase {
  readonly row: FundRow
  readonly trade: KnownTrade | null
  /** All that is booked under the trade's subject. */
  readonly booked: readonly Booked[]
  readonly isSeen: boolean
}

/** What a row is about, the same in every bill: a payment, a refund, or something else of a payment. */
export function identityOf(
  row: Pick<TradeBillRow, 'state' | 'transactionId' | 'refundId'>,
): string {
  if (row.state === 'REFUND') return `r:${row.refundId}`
  return row.state === 'SUCCESS' ? `p:${row.transactionId}` : `v:${row.transactionId}`
}

const movements: Readonly<Record<string, Movement>> = {
  交易: 'payment',
  扣除交易手续费: 'fee',
  交易手续费: 'fee',
  退款: 'refund',
  退款失败退回: 'refund_back',
  充值: 'top_up',
  提现: 'withdrawal',
}

/** What kind of movement a 业务类型 is; what nobody knows yet is shown to a person. */
export function movementOf({ type, amountFen }: Pick<FundBillRow, 'type' | 'amountFen'>): Movement {
  const movement = Object.hasOwn(movements, type) ? movements[type] : undefined
  if (movement === undefined) return 'other'
  const isIncome = movement === 'payment' || movement === 'refund_back' || movement === 'top_up'
  // Money that runs the other way than its name says is nothing that we understand.
  return isIncome === amountFen >= 0 ? movement : 'other'
}

/** The identity of the trade row that a movement is the money of. */
export function identityOfFund(
  movement: Movement,
  { businessId }: Pick<FundBillRow, 'businessId'>,
): string | null {
  if (movement === 'payment' || movement === 'fee') return `p:${businessId}`
  return movement === 'refund' || movement === 'refund_back' ? `r:${businessId}` : null
}
