// Shipping information of paid orders: 1 to ship, 2 shipped, 3 received, 4 completed, 5 refunded,
// 6 funds to be settled (mini-program.md §7).
import { beijingDate, instant } from '@minitill/protocol/model'
import { pushEvent } from './push-plan.ts'
import type { LogisticsType, Shipment, Shipping, TradeDesk } from './shipping-state.ts'
import type { Payment, Trade } from './state.ts'
import { deliver } from './subscribe.ts'
import type { World } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1000
export const REMIND_AFTER_MS = 2 * DAY_MS

/** Days after shipping at which WeChat confirms the receipt itself (§7.1). */
const AUTO_DAYS: Readonly<Record<LogisticsType, number>> = { 1: 10, 2: 2, 3: 2, 4: 2 }

/** A shipment with its trade and the payment that it belongs to. */
export interface Shippable {
  readonly key: string
  readonly shipment: Shipment
  readonly trade: Trade
  readonly payment: Payment
}

/** The desk of a mini program that manages its trades; a new one where there was none. */
export function deskOf(world: World, appid: string): TradeDesk {
  const known = world.get('tradeDesks', appid)
  if (known !== undefined) return known
  return { appid, jumpPath: '', everShipped: false, everTraded: false, remindAtMs: null }
}

/** trade_manage_remind_access_api, and the next one a day later (§7.3, M53). */
export function remindAccess(world: World, desk: TradeDesk): void {
  const msg = '请尽快完成发货信息管理服务接入，以免影响小程序正常经营'
  pushEvent(world, desk.appid, null, 'trade_manage_remind_access_api', { msg })
  const remindAtMs = desk.everTraded && !desk.everShipped ? world.nowMs() + DAY_MS : null
  world.put('tradeDesks', desk.appid, { ...desk, remindAtMs })
}

/** The shipping side of a fresh payment. Orders of mini programs outside the service have none. */
export function openShipment(world: World, key: string, trade: Trade): void {
  if (trade.payment === null || world.get('apps', trade.appid)?.tradeManaged !== true) return
  const { paidAtMs } = trade.payment
  world.put('shipments', key, {
    trade: key,
    appid: trade.appid,
    paidAtMs,
    state: 1,
    shipping: null,
    receipt: null,
    settledAtMs: null,
    inComplaint: false,
    reminded: false,
    special: null,
    nextAtMs: paidAtMs + REMIND_AFTER_MS,
  })
  const desk = deskOf(world, trade.appid)
  if (!desk.everTraded) remindAccess(world, { ...desk, everTraded: true })
}

/** The shipping side of a paid order of this mini program; undefined if WeChat knows none. */
export function shippableOf(world: World, key: string): Shippable | undefined {
  const shipment = world.get('shipments', key)
  const trade = world.get('trades', key)
  if (shipment === undefined || trade === undefined || trade.payment === null) return undefined
  return { key, shipment, trade, payment: trade.payment }
}

/** Known to the shipping service; some seconds after the payment it is not yet (M45). */
export function isIngested(world: World, { shipment }: Shippable): boolean {
  return world.nowMs() >= shipment.paidAtMs + world.switches.shipping_delay_seconds * 1000
}

/** Unix seconds. */
export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000)
}

function settlementFields({ trade, payment, shipment }: Shippable) {
  const { receipt, shipping } = shipment
  return {
    transaction_id: payment.transactionId,
    merchant_id: trade.mchid,
    sub_merchant_id: '',
    merchant_trade_no: trade.outTradeNo,
    pay_time: seconds(payment.paidAtMs),
    shipped_time: seconds(shipping?.shippedAtMs ?? payment.paidAtMs),
    ...(receipt === null
      ? {}
      : { confirm_receive_method: receipt.method, confirm_receive_time: seconds(receipt.atMs) }),
  }
}

/** When WeChat confirms the receipt itself: day 10 for couriers, day 2 otherwise. */
export function autoReceiptMs(shipping: Shipping): number {
  const from = shipping.shippedAtMs ?? shipping.uploadedAtMs
  return from + AUTO_DAYS[shipping.logisticsType] * DAY_MS
}

/** The path of a message, with the order's ids in its query (M54). */
function jumpPath(world: World, { trade, payment }: Shippable): string | null {
  const { jumpPath: path } = deskOf(world, trade.appid)
  if (path === '') return null
  const query = new URLSearchParams({
    transaction_id: payment.transactionId,
    merchant_id: trade.mchid,
    merchant_trade_no: trade.outTradeNo,
  })
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** Tells the payer about the order, in the chat list of the phone. */
export function tellPayer(world: World, one: Shippable, kind: 'shipped' | 'confirm_receive'): void {
  const { trade, payment, shipment } = one
  const parcel = shipment.shipping?.parcels.at(-1)
  const number = parcel?.trackingNo ?? ''
  deliver(world, {
    appid: trade.appid,
    person: payment.payer,
    kind,
    templateId: null,
    title: kind === 'shipped' ? '订单发货通知' : '确认收货提醒',
    fields: [
      { label: '商品名称', value: parcel?.itemDesc ?? trade.description },
      { label: '订单编号', value: trade.outTradeNo },
      ...(number === '' ? [] : [{ label: '快递单号', value: number }]),
      { label: '支付日期', value: beijingDate(instant(payment.paidAtMs)) },
    ],
    page: jumpPath(world, one),
    miniprogramState: 'formal',
    lang: 'zh_CN',
  })
}

/**
 * Takes over what was uploaded. The first complete one makes the order shipped: the payer and the
 * merchant are told and the time until settlement begins to run.
 */
export function ship(world: World, one: Shippable, shipping: Shipping): void {
  const completes = shipping.finished && one.shipment.shipping?.finished !== true
  const first = completes && one.shipment.state === 1
  const shippedAtMs = first ? world.nowMs() : shipping.shippedAtMs
  const done: Shipping = { ...shipping, shippedAtMs }
  const state = first ? 2 : one.shipment.state
  const nextAtMs = state === 2 ? autoReceiptMs(done) : one.shipment.nextAtMs
  const shipment: Shipment = { ...one.shipment, state, shipping: done, nextAtMs }
  world.put('shipments', one.key, shipment)
  const desk = deskOf(world, shipment.appid)
  world.put('tradeDesks', desk.appid, { ...desk, everShipped: true, remindAtMs: null })
  if (completes) tellPayer(world, { ...one, shipment }, 'shipped')
  if (!first) return
  const fields = settlementFields({ ...one, shipment })
  pushEvent(world, shipment.appid, null, 'trade_manage_order_settlement', {
    ...fields,
    estimated_settlement_time: seconds(autoReceiptMs(done)),
  })
}

/** The receipt is confirmed: by the person, or by time. Settlement follows at once (§7.1). */
export function receive(world: World, one: Shippable, method: 1 | 2, atMs: number): void {
  if (one.shipment.state !== 2) return
  const nextAtMs = atMs + world.switches.settlement_delay_seconds * 1000
  const receipt = { method, atMs }
  world.put('shipments', one.key, { ...one.shipment, state: 3, receipt, nextAtMs })
}

/** The money is the merchant's: state 4, and the second of the two settlement events. */
export function settle(world: World, one: Shippable, atMs: number): void {
  const shipment: Shipment = { ...one.shipment, state: 4, settledAtMs: atMs, nextAtMs: null }
  world.put('shipments', one.key, shipment)
  const fields = settlementFields({ ...one, shipment })
  const times = { settlement_time: seconds(atMs) }
  pushEvent(world, shipment.appid, null, 'trade_manage_order_settlement', { ...fields, ...times })
}

/** The whole amount went back to the payer: state 5, and nothing more happens (§7.2). */
export function refundShipment(world: World, key: string): void {
  const shipment = world.get('shipments', key)
  if (shipment === undefined || shipment.state === 5) return
  world.put('shipments', key, { ...shipment, state: 5, nextAtMs: null })
}
