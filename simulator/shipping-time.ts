// The steps that WeChat takes by itself with a shipped order, and its reminders (§7.1, §7.3).
import type { Chore } from './agenda.ts'
import { pushEvent } from './push-plan.ts'
import {
  deskOf,
  receive,
  remindAccess,
  type Shippable,
  seconds,
  settle,
  shippableOf,
} from './shipping.ts'
import type { World } from './world.ts'

/** An order unshipped for 48 hours, of an account that has shipped before (M53). */
function remindShipping(world: World, one: Shippable): void {
  const { shipment, trade, payment } = one
  world.put('shipments', one.key, { ...shipment, nextAtMs: null })
  if (shipment.special?.type === 2 || !deskOf(world, shipment.appid).everShipped) return
  pushEvent(world, shipment.appid, null, 'trade_manage_remind_shipping', {
    transaction_id: payment.transactionId,
    merchant_id: trade.mchid,
    sub_merchant_id: '',
    merchant_trade_no: trade.outTradeNo,
    pay_time: seconds(payment.paidAtMs),
    msg: '订单超过48小时未发货，请尽快发货',
  })
}

/** After the receipt: settled, unless a dispute or the switch holds the money for a while (6). */
function stepToSettlement(world: World, one: Shippable, dueMs: number): void {
  const { shipment } = one
  const waits = world.switches.funds_pending === 'always' && shipment.state === 3
  if (!shipment.inComplaint && !waits) {
    settle(world, one, dueMs)
    return
  }
  const nextAtMs = shipment.inComplaint
    ? null
    : dueMs + Math.max(1000, world.switches.settlement_delay_seconds * 1000)
  world.put('shipments', one.key, { ...shipment, state: 6, nextAtMs })
}

function step(world: World, key: string): void {
  const one = shippableOf(world, key)
  const dueMs = one?.shipment.nextAtMs ?? null
  if (one === undefined || dueMs === null) return
  const { state, inComplaint } = one.shipment
  if (state === 1) remindShipping(world, one)
  else if (state !== 2) stepToSettlement(world, one, dueMs)
  else if (inComplaint) world.put('shipments', key, { ...one.shipment, nextAtMs: null })
  else receive(world, one, 2, dueMs)
}

/** Reminder, receipt and settlement of each order. */
export const shipmentSteps: Chore = {
  table: 'shipments',
  dueMs: (world, key) => world.get('shipments', key)?.nextAtMs ?? null,
  run: step,
}

/** The daily reminder of accounts that trade and never shipped. */
export const accessReminders: Chore = {
  table: 'tradeDesks',
  dueMs: (world, appid) => world.get('tradeDesks', appid)?.remindAtMs ?? null,
  run: (world, appid) => remindAccess(world, deskOf(world, appid)),
}

/** A dispute opens or is resolved; what waited for it goes on (§7.1). */
export function dispute(world: World, one: Shippable, open: boolean): void {
  const { shipment } = one
  if (shipment.inComplaint === open) return
  const waiting = !open && shipment.nextAtMs === null && shipment.state !== 1
  const over = shipment.state === 4 || shipment.state === 5
  const nextAtMs = waiting && !over ? world.nowMs() : shipment.nextAtMs
  world.put('shipments', one.key, { ...shipment, inComplaint: open, nextAtMs })
}
