// Finding the order that a call about shipping means, and telling about it (§7.2).
import { isIngested, type Shippable, seconds, shippableOf } from '../shipping.ts'
import type { Parcel, Shipping } from '../shipping-state.ts'
import type { App } from '../state.ts'
import { tradeKey } from '../trade.ts'
import type { World } from '../world.ts'
import type { MiniAnswer } from './mini-answer.ts'
import type { MiniFields } from './mini-post.ts'
import type { Json } from './wire.ts'

const LONGEST_DESCRIPTION = 120
const UNKNOWN = 10_060_001

/** A paid order of this app that the service knows by now; else 10060001 (M45). */
function known(world: World, app: App, key: string | undefined): Shippable | number {
  const found = key === undefined ? undefined : shippableOf(world, key)
  if (found === undefined || found.trade.appid !== app.appid) return UNKNOWN
  return isIngested(world, found) ? found : UNKNOWN
}

function text(value: Json | undefined): string | null {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : null
}

/** The order of an `order_key`: by transaction_id (2), or by mchid and out_trade_no (1). */
export function orderByKey(world: World, app: App, key: MiniFields): Shippable | number {
  const type = key['order_number_type']
  if (type === undefined) return 268_485_194
  if (type !== 1 && type !== 2) return 47001
  const [id, mchid, number] = [
    text(key['transaction_id']),
    text(key['mchid']),
    text(key['out_trade_no']),
  ]
  if (id === null || mchid === null || number === null) return 47001
  if (type === 2) {
    return id === '' ? 268_485_195 : known(world, app, world.get('transactions', id))
  }
  if (mchid === '') return 268_485_196
  return number === '' ? 268_485_197 : known(world, app, tradeKey(mchid, number))
}

/** The order of get_order and its kin: transaction_id, or merchant_id and merchant_trade_no. */
export function orderByIds(world: World, app: App, body: MiniFields): Shippable | number {
  const [id, mchid, number] = [
    text(body['transaction_id']),
    text(body['merchant_id']),
    text(body['merchant_trade_no']),
  ]
  if (id === null || mchid === null || number === null) return 47001
  if (id !== '') return known(world, app, world.get('transactions', id))
  if (mchid === '' || number === '') return 10_060_014
  return known(world, app, tradeKey(mchid, number))
}

function cut(description: string): string {
  const letters = [...description]
  if (letters.length <= LONGEST_DESCRIPTION) return description
  return `${letters.slice(0, LONGEST_DESCRIPTION - 3).join('')}...`
}

function parcelView(parcel: Parcel): MiniAnswer {
  const { trackingNo, expressCompany, itemDesc, uploadTime, contact } = parcel
  return {
    tracking_no: trackingNo,
    express_company: expressCompany,
    goods_desc: itemDesc,
    upload_time: uploadTime,
    ...(contact === null ? {} : { contact: { ...contact } }),
  }
}

function shippingView(shipping: Shipping | null): MiniAnswer {
  if (shipping === null) return {}
  return {
    delivery_mode: shipping.deliveryMode,
    logistics_type: shipping.logisticsType,
    finish_shipping: shipping.finished,
    finish_shipping_count: shipping.finishedCount,
    goods_desc: cut(shipping.parcels.map(({ itemDesc }) => itemDesc).join(';')),
    shipping_list: shipping.parcels.map(parcelView),
  }
}

/** An order as get_order and get_order_list tell it. */
export function orderView({ trade, payment, shipment }: Shippable): MiniAnswer {
  const items = shipment.shipping?.parcels.map(({ itemDesc }) => itemDesc) ?? [trade.description]
  return {
    transaction_id: payment.transactionId,
    merchant_id: trade.mchid,
    sub_merchant_id: '',
    merchant_trade_no: trade.outTradeNo,
    description: cut(items.join(';')),
    paid_amount: payment.payerTotal,
    openid: trade.openid,
    trade_create_time: seconds(trade.createdAtMs),
    pay_time: seconds(payment.paidAtMs),
    order_state: shipment.state,
    in_complaint: shipment.inComplaint,
    shipping: shippingView(shipment.shipping),
  }
}
