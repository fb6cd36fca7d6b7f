import {
  type Mchid,
  type OutRefundNo,
  type OutTradeNo,
  parseMchid,
  parseOutRefundNo,
  parseOutTradeNo,
  parseRefundId,
  parseTransactionId,
  type RefundId,
  type TransactionId,
} from './ids.ts'
import { ModelError } from './model-error.ts'
import type { Fen } from './money.ts'
import {
  fenOf,
  fieldOf,
  fieldsOf,
  optionalFenOf,
  optionalInstantOf,
  optionalTextOf,
  present,
  storable,
} from './read.ts'
import type { Instant } from './time.ts'

export const REFUND_STATES = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const

export type KnownRefundState = (typeof REFUND_STATES)[number]

/** A state, or the text of one that is not known yet. */
export type RefundState = KnownRefundState | { readonly unknown: string }

export interface RefundAmount {
  /** The whole order's amount. */
  readonly total: Fen
  readonly refund: Fen
  readonly payer_total?: Fen
  readonly payer_refund?: Fen
  readonly currency?: string
}

/** What a refund and a notification about it have in common. */
interface RefundFacts {
  readonly out_refund_no: OutRefundNo
  readonly refund_id: RefundId
  readonly out_trade_no: OutTradeNo
  readonly transaction_id: TransactionId
  readonly success_time?: Instant
  readonly user_received_account?: string
  readonly amount: RefundAmount
}

/** Answer to a refund request or query (申请退款, 查询退款). After a request it means accepted only. */
export interface Refund extends RefundFacts {
  readonly status: RefundState
  readonly channel?: string
  readonly create_time?: Instant
  readonly funds_account?: string
}

/** The opened resource of a refund notification. Its state is called `refund_status` there. */
export interface RefundNotice extends RefundFacts {
  readonly mchid: Mchid
  readonly refund_status: RefundState
}

/** Reads a refund object; ModelError when a mandatory field is missing or malformed. */
export function parseRefund(value: unknown): Refund {
  const fields = fieldsOf(value, 'refund')
  return present<Refund>({
    ...refundFacts(value),
    status: refundState(fieldOf(fields, 'status'), 'status'),
    channel: optionalTextOf(fields, 'channel', 32),
    create_time: optionalInstantOf(fields, 'create_time'),
    funds_account: optionalTextOf(fields, 'funds_account', 32),
  })
}

/** Reads an opened refund notification; ModelError when a mandatory field is malformed. */
export function parseRefundNotice(value: unknown): RefundNotice {
  const fields = fieldsOf(value, 'refund notice')
  return present<RefundNotice>({
    ...refundFacts(value),
    mchid: parseMchid(fieldOf(fields, 'mchid')),
    refund_status: refundState(fieldOf(fields, 'refund_status'), 'refund_status'),
  })
}

function refundFacts(value: unknown): RefundFacts {
  const fields = fieldsOf(value, 'refund')
  const amount = fieldsOf(fieldOf(fields, 'amount'), 'amount')
  return present<RefundFacts>({
    out_refund_no: parseOutRefundNo(fieldOf(fields, 'out_refund_no')),
    refund_id: parseRefundId(fieldOf(fields, 'refund_id')),
    out_trade_no: parseOutTradeNo(fieldOf(fields, 'out_trade_no')),
    transaction_id: parseTransactionId(fieldOf(fields, 'transaction_id')),
    success_time: optionalInstantOf(fields, 'success_time'),
    user_received_account: optionalTextOf(fields, 'user_received_account', 64),
    amount: present<RefundAmount>({
      total: fenOf(amount, 'total'),
      refund: fenOf(amount, 'refund'),
      payer_total: optionalFenOf(amount, 'payer_total'),
      payer_refund: optionalFenOf(amount, 'payer_refund'),
      currency: optionalTextOf(amount, 'currency', 16),
    }),
  })
}

function refundState(value: unknown, field: string): RefundState {
  if (typeof value !== 'string') throw new ModelError(field, 'must be a string')
  return REFUND_STATES.find((state) => state === value) ?? { unknown: storable(value.slice(0, 32)) }
}
