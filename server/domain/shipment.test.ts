import { fen, instant, parseTransactionId } from '@minitill/protocol/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Order } from './order.ts'
import {
  isThere,
  mostParcels,
  nextLook,
  nextUpload,
  planShipment,
  type Shipment,
  type ShipmentWish,
  shipmentBody,
  shipmentTable,
  shippingAfter,
} from './shipment.ts'

const at = instant(1_800_000_000_000)
const parcel = { carrier: 'ZTO', trackingNo: 'A1', description: '茶', receiverContact: '' }
const order = {
  id: 'ord_1',
  status: 'paid',
  totalFen: fen(100),
  refundedTotalFen: fen(0),
  shippingStatus: 'to_ship',
} as Order
const wish: ShipmentWish = { logisticsType: 1, parcels: [parcel], final: true }

/** What a run of wishes becomes, each after those before it. */
function run(wishes: readonly ShipmentWish[]): string[] {
  const earlier: Shipment[] = []
  return wishes.map((one) => {
    const plan = planShipment(order, earlier, one, at)
    if (!plan.ok) return plan.why
    const { kind, deliveryMode, sequence, uploadTimeMs: createdAtMs } = plan
    earlier.push({
      ...one,
      kind,
      deliveryMode,
      sequence,
      createdAtMs,
      status: 'queued',
    } as Shipment)
    return `${kind} ${deliveryMode}`
  })
}

const part: ShipmentWish = { ...wish, final: false }
const virtual: ShipmentWish = { ...wish, logisticsType: 3 }

test('a run of wishes is first, more and again in WeChat’s words, and again is there once', () => {
  expect(run([wish, wish, wish])).toEqual(['first 1', 'again 1', 'reshipped'])
  expect(run([part, part, wish])).toEqual(['first 2', 'more 2', 'more 2'])
  expect(run([part, wish, part, wish, wish])).toEqual([
    'first 2',
    'more 2',
    'again 2',
    'more 2',
    'reshipped',
  ])
  expect(run([virtual, wish])).toEqual(['first 1', 'again 1'])
  expect(run([part, virtual])).toEqual(['first 2', 'again 1'])
})

test('a refused or cancelled one was never shipped: it uses nothing up', () => {
  const lost = { ...wish, kind: 'first', sequence: 1, createdAtMs: at } as unknown as Shipment
  for (const status of ['refused', 'cancelled'] as const) {
    const plan = planShipment(order, [{ ...lost, status }], wish, at)
    // Later than every upload before, or WeChat refuses it.
    expect(plan).toMatchObject({ ok: true, kind: 'first', sequence: 2, uploadTimeMs: at + 1 })
  }
})

test('never more than 15 parcels of one order', () => {
  const many = (count: number, final: boolean): ShipmentWish => ({
    ...wish,
    parcels: Array.from({ length: count }, () => parcel),
    final,
  })
  expect(run([many(mostParcels, true)])).toEqual(['first 2'])
  expect(run([many(10, false), many(5, true)])).toEqual(['first 2', 'more 2'])
  expect(run([many(10, false), many(6, true)])).toEqual(['first 2', 'too_many_parcels'])
})

test('who is not paid, refunded whole or has received is not shipped', () => {
  const why = (change: Partial<Order>) => planShipment({ ...order, ...change }, [], wish, at)
  expect(why({ status: 'unpaid' })).toEqual({ ok: false, why: 'not_paid' })
  expect(why({ status: 'closed' })).toEqual({ ok: false, why: 'not_paid' })
  expect(why({ refundedTotalFen: fen(100) })).toEqual({ ok: false, why: 'refunded' })
  expect(why({ refundedTotalFen: fen(99) })).toMatchObject({ ok: true })
  expect(why({ shippingStatus: 'received' })).toEqual({ ok: false, why: 'received' })
  expect(why({ shippingStatus: 'settled' })).toEqual({ ok: false, why: 'received' })
})

test('nothing but a queued shipment moves', () => {
  for (const [status, steps] of Object.entries(shipmentTable)) {
    const moves = Object.values(steps).filter((step: { to?: string }) => step.to !== undefined)
    expect(moves).toHaveLength(status === 'queued' ? 3 : 0)
  }
})

test('the words are WeChat’s: numbers for enums, and a time with milliseconds and offset', () => {
  const plan = planShipment(order, [], part, at)
  if (!plan.ok) throw new Error(plan.why)
  const transactionId = parseTransactionId('4200000001')
  const body = JSON.parse(shipmentBody(part, plan, { transactionId, openid: 'o1' as never }))
  expect(body).toEqual({
    order_key: { order_number_type: 2, transaction_id: '4200000001' },
    logistics_type: 1,
    delivery_mode: 2,
    is_all_delivered: false,
    shipping_list: [{ tracking_no: 'A1', express_company: 'ZTO', item_desc: '茶' }],
    upload_time: '2027-01-15T16:00:00.000+08:00',
    payer: { openid: 'o1' },
  })
})

test('what WeChat has counts as ours only if every parcel, the kind and the end are the same', () => {
  const shipment = { ...wish, logisticsType: 1 } as Shipment
  const told = {
    state: 2,
    transactionId: '4200000001',
    logisticsType: 1,
    finished: true,
    parcels: [{ trackingNo: 'A1', carrier: 'ZTO', description: '茶' }],
  }
  expect(isThere(shipment, told)).toBe(true)
  expect(isThere(shipment, { ...told, finished: false })).toBe(false)
  expect(isThere(shipment, { ...told, logisticsType: 2 })).toBe(false)
  for (const change of [{ trackingNo: 'B' }, { carrier: 'SF' }, { description: 'x' }]) {
    const parcels = told.parcels.map((one) => ({ ...one, ...change }))
    expect(isThere(shipment, { ...told, parcels })).toBe(false)
  }
})

test('one of the parcels that WeChat has is not what was shipped anew; further parcels stand beside others', () => {
  const told = {
    state: 3,
    transactionId: 'T',
    logisticsType: 1,
    finished: true,
    parcels: ['A1', 'B2'].map((trackingNo) => ({ trackingNo, carrier: 'ZTO', description: '茶' })),
  }
  const shipment = { logisticsType: 1, final: true, parcels: [parcel] } as unknown as Shipment
  expect(isThere({ ...shipment, kind: 'again' }, told)).toBe(false)
  expect(isThere({ ...shipment, kind: 'first' }, told)).toBe(false)
  expect(isThere({ ...shipment, kind: 'more' }, told)).toBe(true)
})

test('a shipping status never goes back, in whatever order WeChat’s words come', () => {
  const ranks = ['not_required', 'to_ship', 'shipped', 'received', 'settled'] as const
  const states = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 })
  fc.assert(
    fc.property(states, (said) => {
      let now: (typeof ranks)[number] = 'to_ship'
      for (const state of said) {
        const next = shippingAfter(now, state)
        expect(ranks.indexOf(next)).toBeGreaterThanOrEqual(ranks.indexOf(now))
        now = next
      }
      const far = said.includes(4)
        ? 'settled'
        : said.some((s) => s === 3 || s === 6)
          ? 'received'
          : null
      if (far !== null) expect(now).toBe(far)
    }),
  )
})

test('doubt and waiting are bounded: after a fortnight, or a year, a person looks', () => {
  const day = 86_400_000
  const shipment = { createdAtMs: at, sentCount: 1 } as Shipment
  expect(nextUpload(shipment, at)).toBe(at + 10_000)
  expect(nextUpload({ ...shipment, sentCount: 99 }, at)).toBe(at + 3_600_000)
  expect(nextUpload(shipment, instant(at + 15 * day))).toBeNull()
  expect(nextLook(at, at)).toBe(at + day / 2)
  expect(nextLook(at, instant(at + 366 * day))).toBeNull()
})
