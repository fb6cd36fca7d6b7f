// The life of an order at WeChat Pay: NOTPAY, then SUCCESS or CLOSED, SUCCESS to REFUND.
import {
  beijingDate,
  type Fen,
  fen,
  instant,
  rfc3339Beijing,
  subtractFen,
} from '@minitill/protocol/model'
import type { Json } from './api/wire.ts'
import { notePayment } from './courier-plan.ts'
import { book, feeOf } from './funds.ts'
import { openShipment } from './shipping.ts'
import type { Payment, Trade, TradeState } from './state.ts'
import type { World } from './world.ts'

export const PREPAY_LIFE_MS = 2 * 60 * 60 * 1000
const DAY_MS = 24 * 60 * 60 * 1000

export function tradeKey(mchid: string, outTradeNo: string): string {
  return `${mchid}/${outTradeNo}`
}

/** The order as it is now: WeChat itself closes what stayed unpaid too long (R48, U24). */
export function tradeAt(world: World, key: string): Trade | undefined {
  const trade = world.get('trades', key)
  if (trade === undefined || trade.state !== 'NOTPAY') return trade
  const { auto_close_days: days, expired_state: expired } = world.switches
  const now = world.nowMs()
  const tooOld = now >= trade.createdAtMs + days * DAY_MS
  const late = expired === 'CLOSED' && trade.timeExpireMs !== null && now >= trade.timeExpireMs
  if (!tooOld && !late) return trade
  const closed: Trade = { ...trade, state: 'CLOSED' }
  world.put('trades', key, closed)
  return closed
}

/** Closes an unpaid order for good. */
export function closeTrade(world: World, key: string, trade: Trade): void {
  world.put('trades', key, { ...trade, state: 'CLOSED' })
}

/** The state that a query tells: it may lag behind the money for a moment (R40). */
export function visibleState(trade: Trade, nowMs: number): TradeState {
  const lags = trade.payment !== null && trade.payment.visibleAtMs > nowMs
  return lags ? 'NOTPAY' : trade.state
}

/** Moves the money and makes the notification, in one step that nothing can interleave (R44). */
export function payTrade(
  world: World,
  key: string,
  trade: Trade,
  personId: string,
  visibleAfterMs = 0,
): Trade {
  const now = world.nowMs()
  const person = world.must('people', personId)
  const coupon = Math.min(world.switches.coupon_fen, trade.total - 1)
  const payerTotal = subtractFen(trade.total, fen(coupon))
  const payment: Payment = {
    transactionId: transactionId(world, key, now),
    paidAtMs: now,
    visibleAtMs: now + visibleAfterMs,
    payerTotal,
    bankType: 'OTHERS',
    payer: personId,
    feeFen: feeOf(world, payerTotal),
    feePer10000: world.switches.fee_per_10000,
  }
  const paid: Trade = { ...trade, state: 'SUCCESS', payment }
  world.put('people', personId, { ...person, balance: subtractFen(person.balance, payerTotal) })
  world.put('trades', key, paid)
  world.put('transactions', payment.transactionId, key)
  bookPayment(world, paid, payment)
  notePayment(world, key, paid)
  openShipment(world, key, paid)
  return paid
}

/** What the person paid comes in; the fee goes out. */
function bookPayment(world: World, trade: Trade, payment: Payment): void {
  const { mchid, outTradeNo: voucher } = trade
  const about = { mchid, voucher, businessId: payment.transactionId }
  const feeFen = payment.feeFen ?? 0
  book(world, { ...about, kind: 'payment', amountFen: payment.payerTotal, note: '' })
  book(world, { ...about, kind: 'fee', amountFen: -feeFen, note: '' })
}

/** What this person would pay: the total without the coupon. */
export function payable(world: World, trade: Trade): Fen {
  return subtractFen(trade.total, fen(Math.min(world.switches.coupon_fen, trade.total - 1)))
}

/** 28 digits that begin 4200, with the day in them, as seen in practice. */
function transactionId(world: World, key: string, nowMs: number): string {
  const day = beijingDate(instant(nowMs)).replaceAll('-', '')
  for (let nth = 0; ; nth += 1) {
    const draw = world.chance(`transaction:${key}`, nth).digits(16)
    const id = `4200${draw.slice(0, 6)}${day}${draw.slice(6)}`
    if (world.get('transactions', id) === undefined) return id
  }
}

const STATE_TEXT: Readonly<Record<TradeState, string>> = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  CLOSED: '订单已关闭',
}

type View = { readonly [key: string]: Json }

function promotion(trade: Trade, payment: Payment): View {
  const amount = trade.total - payment.payerTotal
  if (amount === 0) return {}
  const coupon = {
    coupon_id: '109519',
    name: '模拟代金券',
    scope: 'GLOBAL',
    type: 'NOCASH',
    amount,
    stock_id: '931386',
    wechatpay_contribute: 0,
    merchant_contribute: amount,
    other_contribute: 0,
    currency: 'CNY',
  }
  return { promotion_detail: [coupon] }
}

/** A paid order as query and notification tell it (§4.2, §6.3). */
export function paidView(trade: Trade, payment: Payment, state: TradeState = trade.state): View {
  return {
    appid: trade.appid,
    mchid: trade.mchid,
    out_trade_no: trade.outTradeNo,
    transaction_id: payment.transactionId,
    trade_type: 'JSAPI',
    trade_state: state,
    trade_state_desc: STATE_TEXT[state],
    bank_type: payment.bankType,
    ...(trade.attach === null ? {} : { attach: trade.attach }),
    success_time: rfc3339Beijing(instant(payment.paidAtMs)),
    payer: { openid: trade.openid },
    amount: {
      total: trade.total,
      payer_total: payment.payerTotal,
      currency: 'CNY',
      payer_currency: 'CNY',
    },
    ...(trade.deviceId === null ? {} : { scene_info: { device_id: trade.deviceId } }),
    ...promotion(trade, payment),
  }
}

/** An order as a query tells it; how much an unpaid one shows is a switch (R36, U6). */
export function queryView(world: World, trade: Trade): View {
  const state = visibleState(trade, world.nowMs())
  if (trade.payment !== null && state !== 'NOTPAY') return paidView(trade, trade.payment)
  const minimal = {
    appid: trade.appid,
    mchid: trade.mchid,
    out_trade_no: trade.outTradeNo,
    trade_state: state,
    trade_state_desc: STATE_TEXT[state],
  }
  const form = world.switches.unpaid_query
  if (form === 'minimal') return minimal
  if (form === 'with_amount') {
    return { ...minimal, amount: { total: trade.total, currency: 'CNY' } }
  }
  const amount = { total: trade.total, payer_total: trade.total, currency: 'CNY' }
  return {
    ...minimal,
    trade_type: 'JSAPI',
    attach: '',
    payer: {},
    promotion_detail: [],
    amount: { ...amount, payer_currency: 'CNY' },
  }
}
