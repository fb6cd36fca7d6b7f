// The persons' side of shipping: confirming a receipt, opening a dispute, and the orders' state.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { z } from 'zod'
import { strike } from '../mischief.ts'
import { receive, type Shippable, shippableOf } from '../shipping.ts'
import { dispute } from '../shipping-time.ts'
import { tradeKey } from '../trade.ts'
import type { Wechat } from '../wechat.ts'
import type { World } from '../world.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { whoOf } from './people.ts'

const MOST_SHOWN = 1000
const id = z.string().max(64)

const receiptInput = z.strictObject({
  appid: id.optional(),
  person: id.optional(),
  transaction_id: id.optional(),
  merchant_id: id.optional(),
  merchant_trade_no: id.optional(),
  action: z.enum(['look', 'confirm']),
})

const disputeInput = z.strictObject({ transaction_id: id, open: z.boolean() })

function time(atMs: number | null): string | null {
  return atMs === null ? null : rfc3339Beijing(instant(atMs))
}

function view({ key, shipment, trade, payment }: Shippable) {
  const { shipping, receipt } = shipment
  return {
    key,
    appid: shipment.appid,
    out_trade_no: trade.outTradeNo,
    transaction_id: payment.transactionId,
    openid: trade.openid,
    order_state: shipment.state,
    finish_shipping_count: shipping?.finishedCount ?? 0,
    parcels: shipping?.parcels.length ?? 0,
    shipped_at: time(shipping?.shippedAtMs ?? null),
    received_at: time(receipt?.atMs ?? null),
    confirm_receive_method: receipt?.method ?? null,
    settled_at: time(shipment.settledAtMs),
    in_complaint: shipment.inComplaint,
    next_at: time(shipment.nextAtMs),
  }
}

/** GET /_sim/shipments: paid orders with their shipping, newest first. */
export function shipmentsView({ world }: Wechat): ControlAnswer {
  const newest = world.entries('shipments').slice(-MOST_SHOWN).reverse()
  const known = newest.map(([key]) => shippableOf(world, key)).filter((one) => one !== undefined)
  return good({ data: known.map(view) })
}

function keyOf(world: World, given: z.output<typeof receiptInput>): string | undefined {
  if (given.transaction_id !== undefined) return world.get('transactions', given.transaction_id)
  return tradeKey(given.merchant_id ?? '', given.merchant_trade_no ?? '')
}

/**
 * POST /_sim/receipts: the confirm receipt component (确认收货组件, mini-program.md §6.5). `look`
 * opens it, `confirm` is the person's tap. 200 in every case that is well formed: `errormsg` says
 * why it can't be confirmed.
 */
export function receipt(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(receiptInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  const named = whoOf(world, given.value)
  if (!named.ok) return named.answer
  const key = keyOf(world, given.value)
  const found = key === undefined ? undefined : shippableOf(world, key)
  const { appid, person } = named.who
  const own = found?.trade.appid === appid && found.payment.payer === person
  if (found === undefined || !own) return good({ status: 'fail', errormsg: '订单不存在' })
  const ids = {
    transaction_id: found.payment.transactionId,
    merchant_id: found.trade.mchid,
    merchant_trade_no: found.trade.outTradeNo,
  }
  const order = { ...ids, description: found.trade.description, total: found.trade.total }
  const { state } = found.shipment
  const confirms = given.value.action === 'confirm'
  // M42: what the client says is no proof; only get_order tells.
  if (confirms && strike(world, 'receipt')?.kind === 'forged_success') {
    return good({ status: 'success', order })
  }
  if (state === 1) return good({ status: 'fail', errormsg: '订单未发货', order })
  if (state !== 2) return good({ status: 'fail', errormsg: '订单已确认收货', order })
  if (confirms) receive(world, found, 1, world.nowMs())
  return good({ status: confirms ? 'success' : 'ready', order })
}

/** POST /_sim/disputes: a complaint about an order opens or is resolved; settlement waits for it. */
export function changeDispute(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(disputeInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  const key = world.get('transactions', given.value.transaction_id)
  const found = key === undefined ? undefined : shippableOf(world, key)
  if (found === undefined) {
    return bad('transaction_id', 'no such order with shipping; GET /_sim/shipments lists them', 404)
  }
  dispute(world, found, given.value.open)
  const after = shippableOf(world, found.key)
  return good(after === undefined ? null : view(after))
}
