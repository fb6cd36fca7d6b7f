import {
  type Appid,
  afterMs,
  type Instant,
  type Openid,
  rfc3339BeijingExact,
  type TransactionId,
} from '@minitill/protocol/model'
import type { Machine } from './machine.ts'
import type { Order, ShippingStatus } from './order.ts'

/** WeChat's numbers: 1 courier (快递), 2 city delivery (同城), 3 virtual (虚拟), 4 pick-up (自提). */
export type LogisticsType = 1 | 2 | 3 | 4

/**
 * - queued: wished for; WeChat is told about a minute after the payment
 * - uploaded: WeChat has it
 * - recorded: the mini program is not under trade management, so that WeChat wants to know nothing
 * - refused: WeChat will not take it; a person was told
 * - cancelled: all the money went back before WeChat was told; asked, where that was in doubt
 */
export type ShipmentStatus = 'queued' | 'uploaded' | 'recorded' | 'refused' | 'cancelled'

/** What can happen to one: WeChat's word compared with it, or ours. */
export type ShipmentFinding = 'taken' | 'refused' | 'refunded'

interface ShipmentStep {
  readonly to?: ShipmentStatus
}

const stay: ShipmentStep = {}
const ended = { taken: stay, refused: stay, refunded: stay }

/** The life of a shipment. Only a queued one moves, and it moves once. */
export const shipmentTable: Machine<ShipmentStatus, ShipmentFinding, ShipmentStep> = {
  queued: {
    taken: { to: 'uploaded' },
    refused: { to: 'refused' },
    refunded: { to: 'cancelled' },
  },
  uploaded: ended,
  recorded: ended,
  refused: ended,
  cancelled: ended,
}

export interface Parcel {
  /** WeChat's code of the courier (delivery_id); empty unless a courier brings it. */
  readonly carrier: string
  readonly trackingNo: string
  readonly description: string
  /** The receiver's phone number, masked; SF asks for it. Empty when it is not given. */
  readonly receiverContact: string
}

/** One wish to ship. `again` is the one re-shipping; `more` adds parcels to an unfinished one. */
export interface Shipment {
  readonly id: string
  readonly orderId: string
  readonly appid: Appid
  readonly sequence: number
  readonly logisticsType: LogisticsType
  readonly deliveryMode: 1 | 2
  readonly final: boolean
  readonly kind: 'first' | 'more' | 'again'
  readonly parcels: readonly Parcel[]
  /** The JSON text that WeChat gets, frozen: sending it again is no other statement. */
  readonly requestBody: string
  readonly status: ShipmentStatus
  /** Why it was refused: WeChat's errcode, or our word. */
  readonly problem: string | null
  readonly sentCount: number
  readonly uploadedAtMs: Instant | null
  readonly createdAtMs: Instant
  readonly version: number
}

export interface ShipmentWish {
  readonly logisticsType: LogisticsType
  readonly parcels: readonly Parcel[]
  readonly final: boolean
}

export type ShipmentFault =
  | 'not_paid'
  | 'refunded'
  | 'received'
  | 'reshipped'
  | 'too_many_parcels'
  | 'contact_missing'

export type ShipmentPlan =
  | {
      readonly ok: true
      readonly kind: Shipment['kind']
      readonly deliveryMode: 1 | 2
      readonly sequence: number
      /** Later than every upload before, as WeChat wants it. */
      readonly uploadTimeMs: Instant
    }
  | { readonly ok: false; readonly why: ShipmentFault }

/** WeChat takes so many parcels of one order. */
export const mostParcels = 15

/** Whether it counts: what was refused or cancelled was never shipped. */
function counts({ status }: Shipment): boolean {
  return status === 'queued' || status === 'uploaded' || status === 'recorded'
}

/**
 * What a wish means after those before it, in WeChat's words: the first upload, more parcels of a
 * split one, or the re-shipping, which there is once (发货信息录入).
 */
export function planShipment(
  order: Order,
  earlier: readonly Shipment[],
  wish: ShipmentWish,
  at: Instant,
): ShipmentPlan {
  if (order.status !== 'paid') return { ok: false, why: 'not_paid' }
  if (order.refundedTotalFen === order.totalFen) return { ok: false, why: 'refunded' }
  if (order.shippingStatus === 'received' || order.shippingStatus === 'settled') {
    return { ok: false, why: 'received' }
  }
  const live = earlier.filter(counts)
  const last = live.at(-1)
  const continues = last !== undefined && !last.final && last.logisticsType === wish.logisticsType
  const kind = last === undefined ? 'first' : continues ? 'more' : 'again'
  if (kind === 'again' && live.some((one) => one.kind === 'again')) {
    return { ok: false, why: 'reshipped' }
  }
  const begun = live.findLastIndex((one) => one.kind !== 'more')
  const before = kind === 'more' ? live.slice(begun) : []
  const parcels = before.reduce((sum, one) => sum + one.parcels.length, wish.parcels.length)
  if (parcels > mostParcels) return { ok: false, why: 'too_many_parcels' }
  const isUnified = kind !== 'more' && wish.final && wish.parcels.length === 1
  const newest = earlier.at(-1)
  return {
    ok: true,
    kind,
    deliveryMode: isUnified ? 1 : 2,
    sequence: (newest?.sequence ?? 0) + 1,
    uploadTimeMs: newest && newest.createdAtMs >= at ? afterMs(newest.createdAtMs, 1) : at,
  }
}

/** The body of upload_shipping_info (发货信息录入接口). */
export function shipmentBody(
  wish: ShipmentWish,
  plan: Extract<ShipmentPlan, { ok: true }>,
  order: { readonly transactionId: TransactionId; readonly openid: Openid },
): string {
  return JSON.stringify({
    order_key: { order_number_type: 2, transaction_id: order.transactionId },
    logistics_type: wish.logisticsType,
    delivery_mode: plan.deliveryMode,
    ...(plan.deliveryMode === 2 ? { is_all_delivered: wish.final } : {}),
    shipping_list: wish.parcels.map((parcel) => ({
      ...(wish.logisticsType === 1
        ? { tracking_no: parcel.trackingNo, express_company: parcel.carrier }
        : {}),
      item_desc: parcel.description,
      ...(parcel.receiverContact === ''
        ? {}
        : { contact: { receiver_contact: parcel.receiverContact } }),
    })),
    upload_time: rfc3339BeijingExact(plan.uploadTimeMs),
    payer: { openid: order.openid },
  })
}

/** What get_order says of one order's shipping (查询订单发货状态). */
export interface ShippingTold {
  /** 1 to ship, 2 shipped, 3 received, 4 completed, 5 refunded, 6 funds to be settled. */
  readonly state: number
  readonly transactionId: string
  readonly parcels: ReadonlyArray<{
    readonly trackingNo: string
    readonly carrier: string
    readonly description: string
  }>
  readonly logisticsType: number | null
  readonly finished: boolean
}

/**
 * Whether WeChat has just what this shipment says; then a refusal of it means that it is done. Only
 * further parcels stand beside others: what is shipped anew is there when nothing else is.
 */
export function isThere(shipment: Shipment, told: ShippingTold): boolean {
  const isSame = (parcel: Parcel) =>
    told.parcels.some(
      (one) =>
        one.description === parcel.description &&
        (shipment.logisticsType !== 1 ||
          (one.trackingNo === parcel.trackingNo && one.carrier === parcel.carrier)),
    )
  const isWhole = shipment.kind === 'more' || told.parcels.length === shipment.parcels.length
  return (
    isWhole &&
    told.logisticsType === shipment.logisticsType &&
    (told.finished || !shipment.final) &&
    shipment.parcels.every(isSame)
  )
}

const ranks: readonly ShippingStatus[] = [
  'not_required',
  'to_ship',
  'shipped',
  'received',
  'settled',
]

/** The order's word for WeChat's state; it never goes back, whatever comes late. */
export function shippingAfter(now: ShippingStatus, told: number): ShippingStatus {
  const said: ShippingStatus =
    told === 2 ? 'shipped' : told === 3 || told === 6 ? 'received' : told === 4 ? 'settled' : now
  return ranks.indexOf(said) > ranks.indexOf(now) ? said : now
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** WeChat knows a payment for shipping up to a minute after it was paid (10060001 before). */
export const knownAfterMs = minute
/** Longer than a shop's longest holiday; then a person looks at it. */
const hopelessAfterMs = 14 * day

const retriesMs = [10_000, 30_000, minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute, hour]

/** When an upload that was not decided is sent again, unchanged; null: a person is told. */
export function nextUpload(shipment: Shipment, at: Instant): Instant | null {
  if (at - shipment.createdAtMs > hopelessAfterMs) return null
  const wait = retriesMs[Math.min(Math.max(shipment.sentCount - 1, 0), retriesMs.length - 1)]
  return afterMs(at, wait ?? hour)
}

/** Receipt comes by a person's tap or by time (day 10 or 2), settlement after it; a dispute delays. */
export function nextLook(shippedAt: Instant, at: Instant): Instant | null {
  const elapsedMs = at - shippedAt
  if (elapsedMs > 365 * day) return null
  return afterMs(at, elapsedMs < 30 * day ? 12 * hour : 7 * day)
}

/** Shipped within 48 hours, says WeChat; the shop is warned while there is still time. */
export const warnAfterMs = 40 * hour
