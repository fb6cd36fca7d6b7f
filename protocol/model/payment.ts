import {
  type Appid,
  type Mchid,
  type Openid,
  type OutTradeNo,
  type PrepayId,
  parseAppid,
  parseMchid,
  parseOpenid,
  parseOutTradeNo,
  parsePrepayId,
  parseTransactionId,
  type TransactionId,
} from './ids.ts'
import { ModelError } from './model-error.ts'
import type { Fen } from './money.ts'
import {
  type Fields,
  fenOf,
  fieldOf,
  fieldsOf,
  optionalFenOf,
  optionalIdOf,
  optionalInstantOf,
  optionalTextOf,
  present,
  storable,
  textOf,
} from './read.ts'
import type { Instant } from './time.ts'

/**
 * Body of `POST /v3/pay/transactions/jsapi` (JSAPI/小程序下单). Frozen with the payment and repeated
 * unchanged: any difference on a second try is refused by WeChat.
 */
export interface PrepayRequest {
  readonly appid: Appid
  readonly mchid: Mchid
  /** 1 to 127 characters, shown on the payer's bill. */
  readonly description: string
  readonly out_trade_no: OutTradeNo
  /** RFC 3339 deadline for paying. Passing it does not close the order. */
  readonly time_expire?: string
  /** At most 128 characters; comes back only after payment. */
  readonly attach?: string
  /** At most 255 characters, no query, no fragment. */
  readonly notify_url: string
  readonly goods_tag?: string
  readonly support_fapiao?: boolean
  readonly amount: { readonly total: Fen; readonly currency: 'CNY' }
  readonly payer: { readonly openid: Openid }
  readonly scene_info?: { readonly payer_client_ip: string; readonly device_id?: string }
  readonly settle_info?: { readonly profit_sharing: boolean }
}

/** Answer to a prepay: the ticket. Good for two hours, whatever `time_expire` says. */
export interface PrepayAnswer {
  readonly prepay_id: PrepayId
}

/** Reads the 200 body of a prepay; ModelError when it is none. */
export function parsePrepayAnswer(value: unknown): PrepayAnswer {
  return { prepay_id: parsePrepayId(fieldOf(fieldsOf(value, 'prepay answer'), 'prepay_id')) }
}

/** The states that the documentation names. The last three belong to payment codes (付款码) only. */
export const TRADE_STATES = [
  'SUCCESS',
  'REFUND',
  'NOTPAY',
  'CLOSED',
  'REVOKED',
  'USERPAYING',
  'PAYERROR',
] as const

export type KnownTradeState = (typeof TRADE_STATES)[number]

/** A state, or the text of one that was added after this was written: unknown proves nothing. */
export type TradeState = KnownTradeState | { readonly unknown: string }

/** Reads a `trade_state`; ModelError unless it is a string. */
export function parseTradeState(value: unknown): TradeState {
  if (typeof value !== 'string') throw new ModelError('trade_state', 'must be a string')
  return TRADE_STATES.find((state) => state === value) ?? { unknown: storable(value.slice(0, 32)) }
}

/** What the payer owed and paid. `total` is the order's amount, `payer_total` less coupons. */
export interface TransactionAmount {
  readonly total: Fen
  readonly payer_total?: Fen
  readonly currency?: string
  readonly payer_currency?: string
}

/**
 * A payment as WeChat Pay tells it: answer of the two queries (查询订单) and, of the same shape, the
 * opened resource of a payment notification. Unpaid orders carry the first five fields only; some
 * answers add an amount.
 */
export interface Transaction {
  readonly appid: Appid
  readonly mchid: Mchid
  readonly out_trade_no: OutTradeNo
  readonly trade_state: TradeState
  readonly trade_state_desc: string
  readonly transaction_id?: TransactionId
  /** JSAPI for mini programs too. */
  readonly trade_type?: string
  readonly bank_type?: string
  readonly attach?: string
  readonly success_time?: Instant
  readonly payer?: { readonly openid?: Openid }
  readonly amount?: TransactionAmount
}

/** A transaction whose state says that money moved; then these fields are always there. */
export interface PaidTransaction extends Transaction {
  readonly trade_state: 'SUCCESS' | 'REFUND'
  readonly transaction_id: TransactionId
  readonly amount: TransactionAmount & { readonly currency: string }
}

/** SUCCESS, and REFUND too: any refund, even of one fen, turns the first into the second. */
export function isPaid(transaction: Transaction): transaction is PaidTransaction {
  return transaction.trade_state === 'SUCCESS' || transaction.trade_state === 'REFUND'
}

/**
 * Reads a query answer or an opened payment notification. Unknown fields are ignored, new states
 * kept as text. ModelError when a mandatory field is missing or malformed; for SUCCESS and REFUND
 * that includes transaction_id, amount.total and amount.currency.
 */
export function parseTransaction(value: unknown): Transaction {
  const fields = fieldsOf(value, 'transaction')
  const transaction = present<Transaction>({
    appid: parseAppid(fieldOf(fields, 'appid')),
    mchid: parseMchid(fieldOf(fields, 'mchid')),
    out_trade_no: parseOutTradeNo(fieldOf(fields, 'out_trade_no')),
    trade_state: parseTradeState(fieldOf(fields, 'trade_state')),
    trade_state_desc: optionalTextOf(fields, 'trade_state_desc', 256) ?? '',
    transaction_id: optionalIdOf(fields, 'transaction_id', parseTransactionId),
    trade_type: optionalTextOf(fields, 'trade_type', 32),
    bank_type: optionalTextOf(fields, 'bank_type', 64),
    attach: optionalTextOf(fields, 'attach', 512),
    success_time: optionalInstantOf(fields, 'success_time'),
    payer: optionalIdOf(fields, 'payer', parsePayer),
    amount: optionalIdOf(fields, 'amount', parseAmount),
  })
  if (isPaid(transaction)) requirePaidFields(transaction)
  return transaction
}

function requirePaidFields(transaction: Transaction): void {
  if (transaction.transaction_id === undefined) {
    throw new ModelError('transaction_id', 'is missing from a paid transaction')
  }
  if (transaction.amount?.currency === undefined) {
    throw new ModelError('amount', 'of a paid transaction must have total and currency')
  }
}

function parsePayer(value: unknown): { openid?: Openid } {
  const fields = fieldsOf(value, 'payer')
  return present<{ openid?: Openid }>({ openid: optionalIdOf(fields, 'openid', parseOpenid) })
}

function parseAmount(value: unknown): TransactionAmount {
  const fields = fieldsOf(value, 'amount')
  return present<TransactionAmount>({
    total: fenOf(fields, 'total'),
    payer_total: optionalFenOf(fields, 'payer_total'),
    currency: optionalTextOf(fields, 'currency', 16),
    payer_currency: optionalTextOf(fields, 'payer_currency', 16),
  })
}

/** The sealed part of a notification or of a certificate list. */
export interface SealedResource {
  readonly algorithm: string
  readonly ciphertext: string
  readonly associated_data: string
  readonly nonce: string
  readonly original_type?: string
}

/** What WeChat Pay posts to a notify_url (支付通知, 退款通知 and others); the content is sealed. */
export interface NotificationEnvelope {
  readonly id: string
  readonly create_time: string
  readonly event_type: string
  readonly resource_type: string
  readonly summary: string
  readonly resource: SealedResource
}

/** Reads a sealed resource; absent `associated_data` is the empty text. */
export function parseSealedResource(value: unknown): SealedResource {
  const fields = fieldsOf(value, 'resource')
  return present<SealedResource>({
    algorithm: textOf(fields, 'algorithm', 32),
    // One mebibyte of ciphertext and its tag, in base64.
    ciphertext: textOf(fields, 'ciphertext', 1_400_000),
    associated_data: optionalTextOf(fields, 'associated_data', 64) ?? '',
    nonce: textOf(fields, 'nonce', 32),
    original_type: optionalTextOf(fields, 'original_type', 64),
  })
}

/** Reads the envelope of a notification; ModelError when the body is anything else. */
export function parseNotificationEnvelope(value: unknown): NotificationEnvelope {
  const fields: Fields = fieldsOf(value, 'notification')
  return {
    id: textOf(fields, 'id', 64),
    create_time: textOf(fields, 'create_time', 64),
    event_type: textOf(fields, 'event_type', 64),
    resource_type: textOf(fields, 'resource_type', 32),
    summary: optionalTextOf(fields, 'summary', 256) ?? '',
    resource: parseSealedResource(fieldOf(fields, 'resource')),
  }
}
