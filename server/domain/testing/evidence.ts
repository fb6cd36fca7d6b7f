import {
  fen,
  instant,
  parseAppid,
  parseMchid,
  parseOpenid,
  parseOutTradeNo,
  parseTransaction,
  parseTransactionId,
  type Transaction,
} from '@minitill/protocol/model'
import type { Evidence, Known } from '../decide-payment.ts'
import type { Order } from '../order.ts'
import type { Payment, PaymentStatus } from '../payment.ts'

/** A time when the order below may still be paid, and one when it may not. */
export const at = instant(1_800_000_000_000)
export const later = instant(1_800_009_000_000)

export function order(change: Partial<Order> = {}): Order {
  return {
    id: 'order_1',
    accountId: 'account_1',
    appid: parseAppid('wx0000aaaaaaaaaaaa'),
    openid: parseOpenid('payer'),
    mchid: parseMchid('1999900001'),
    status: 'unpaid',
    totalFen: fen(300),
    currency: 'CNY',
    items: [],
    createdAtMs: instant(at - 60_000),
    expiresAtMs: instant(at + 60_000),
    paidAtMs: null,
    closeReason: null,
    stockHeld: true,
    refundedTotalFen: fen(0),
    shippingStatus: 'not_required',
    reference: null,
    version: 1,
    ...change,
  }
}

export function payment(change: Partial<Payment> = {}): Payment {
  const { appid, mchid, openid, createdAtMs } = order()
  return {
    id: 'payment_1',
    orderId: 'order_1',
    attempt: 1,
    status: 'frozen',
    appid,
    mchid,
    openid,
    outTradeNo: parseOutTradeNo('MT0000000001'),
    amountFen: fen(300),
    currency: 'CNY',
    requestBody: '{}',
    prepayAskedAtMs: null,
    prepayId: null,
    prepaidAtMs: null,
    calledUpAtMs: null,
    askedCount: 0,
    lastAskedAtMs: null,
    transactionId: null,
    paidAtMs: null,
    closedAtMs: null,
    createdAtMs,
    version: 1,
    ...change,
  }
}

export function known(
  status: PaymentStatus,
  change: { order?: Partial<Order>; payment?: Partial<Payment> } = {},
): Known {
  const paid = status === 'paid'
  const one = payment({
    status,
    transactionId: paid ? parseTransactionId('4200000001') : null,
    paidAtMs: paid ? at : null,
    ...change.payment,
  })
  return { order: order(change.order), payment: one, orderPayments: [one] }
}

/** Fields of a transaction as WeChat writes them; `trade_state` may be an unknown one. */
export type Said = Readonly<Record<string, unknown>>

/** A paid transaction of the payment above, unless said otherwise. */
export function transaction(said: Said): Transaction {
  const state = said['trade_state'] ?? 'SUCCESS'
  return parseTransaction({
    appid: 'wx0000aaaaaaaaaaaa',
    mchid: '1999900001',
    out_trade_no: 'MT0000000001',
    trade_state_desc: '',
    transaction_id: '4200000001',
    success_time: new Date(at).toISOString(),
    payer: { openid: 'payer' },
    amount: { total: 300, payer_total: 300, currency: 'CNY' },
    ...said,
    trade_state: typeof state === 'object' && state !== null ? Object.values(state)[0] : state,
  })
}

export const query = (said: Said): Evidence => ({ kind: 'query', transaction: transaction(said) })
export const notice = (said: Said): Evidence => ({
  kind: 'notification',
  transaction: transaction(said),
})
