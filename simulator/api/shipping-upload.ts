// upload_shipping_info and upload_combined_shipping_info (发货信息录入, 发货信息合单录入; §7.2).
import { isDeepStrictEqual } from 'node:util'
import { type Shippable, ship } from '../shipping.ts'
import type { Parcel, Shipping } from '../shipping-state.ts'
import type { App } from '../state.ts'
import type { World } from '../world.ts'
import { type MiniAnswer, miniError } from './mini-answer.ts'
import { MINI_OK, type MiniFields, objectOf } from './mini-post.ts'
import { type Upload, uploadOf } from './shipping-check.ts'
import { orderByKey } from './shipping-order.ts'
import type { Context, Json } from './wire.ts'

const MOST_PARCELS = 15
const MOST_SUB_ORDERS = 50

function bare({ uploadTime: _uploadTime, ...parcel }: Parcel): Omit<Parcel, 'uploadTime'> {
  return parcel
}

/** Whether an upload brings nothing that is not known already (10060023). */
function changesNothing(before: Shipping, upload: Upload): boolean {
  const { logisticsType, deliveryMode, finished } = before
  if (logisticsType !== upload.logisticsType || deliveryMode !== upload.deliveryMode) return false
  if (upload.allDelivered !== finished) return false
  const known = before.parcels.map(bare)
  const brought = upload.parcels.map(bare)
  const all = brought.every((one) => known.some((other) => isDeepStrictEqual(one, other)))
  return all && (upload.deliveryMode === 2 || brought.length === known.length)
}

/** More parcels of a split shipping; one of the same number takes the former's place. */
function joined(before: readonly Parcel[], more: readonly Parcel[]): readonly Parcel[] {
  const numbers = new Set(more.map(({ trackingNo }) => trackingNo))
  return [...before.filter(({ trackingNo }) => !numbers.has(trackingNo)), ...more]
}

function stateTrouble(world: World, { shipment }: Shippable): number | null {
  switch (shipment.state) {
    case 1:
    case 2:
      return null
    case 5:
      return 10_060_004
    default:
      return world.switches.shipped_after_receipt
  }
}

/** What the order's shipping becomes, or the errcode of a refusal. */
function merged(world: World, before: Shipping | null, upload: Upload): Shipping | number {
  const { logisticsType, deliveryMode, allDelivered, parcels, uploadedAtMs } = upload
  const told = { logisticsType, deliveryMode, uploadedAtMs, finished: allDelivered }
  const once = allDelivered ? 1 : 0
  if (before === null) {
    return { ...told, parcels, finishedCount: once, reshipped: false, shippedAtMs: null }
  }
  if (changesNothing(before, upload)) return 10_060_023
  const other = before.logisticsType !== logisticsType || before.deliveryMode !== deliveryMode
  const again = other || before.finished
  if (again && before.reshipped) return 10_060_003
  if (uploadedAtMs <= before.uploadedAtMs) return world.switches.upload_time_error
  const all = again ? parcels : joined(before.parcels, parcels)
  if (all.length > MOST_PARCELS) return 10_060_024
  const reshipped = again || before.reshipped
  const full = reshipped ? 2 : 1
  const finishedCount = allDelivered ? full : before.finishedCount
  const { shippedAtMs } = before
  return { ...told, parcels: all, finishedCount, reshipped, shippedAtMs }
}

function upload(world: World, app: App, body: MiniFields, time: Json | undefined): number | null {
  const key = objectOf(body['order_key'])
  if (key === undefined) return 47001
  const read = uploadOf(world, body, time)
  if (typeof read === 'number') return read
  const payer = objectOf(body['payer'])?.['openid']
  if (typeof payer !== 'string') return 47001
  const found = orderByKey(world, app, key)
  if (typeof found === 'number') return found
  if (found.trade.openid !== payer) return 10_060_031
  const trouble = stateTrouble(world, found)
  if (trouble !== null) return trouble
  const shipping = merged(world, found.shipment.shipping, read)
  if (typeof shipping === 'number') return shipping
  ship(world, found, shipping)
  return null
}

/** POST /wxa/sec/order/upload_shipping_info: new, one more parcel, or the one re-shipping (M47). */
export function uploadShipping({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const refusal = upload(world, app, body, body['upload_time'])
  return refusal === null ? MINI_OK : miniError(world, refusal)
}

/**
 * POST /wxa/sec/order/upload_combined_shipping_info. The body is checked like the single one;
 * combined payments do not exist here yet, so that every one is unknown (10060001).
 */
export function uploadCombined({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const { sub_orders: given, upload_time: time } = body
  const key = objectOf(body['order_key'])
  const payer = objectOf(body['payer'])?.['openid']
  const listed = Array.isArray(given) && given.length > 0 && given.length <= MOST_SUB_ORDERS
  if (key === undefined || typeof payer !== 'string' || !listed) return miniError(world, 47001)
  const outer = orderByKey(world, app, key)
  if (typeof outer === 'number' && outer !== 10_060_001) return miniError(world, outer)
  for (const item of given as readonly Json[]) {
    const fields = objectOf(item)
    const inner = objectOf(fields?.['order_key'])
    const sameKind = inner?.['order_number_type'] === key['order_number_type']
    if (fields === undefined || !sameKind) return miniError(world, 47001)
    const read = uploadOf(world, fields, time)
    if (typeof read === 'number') return miniError(world, read)
  }
  return miniError(world, 10_060_001)
}
