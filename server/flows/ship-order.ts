import { afterMs, type Instant } from '@minitill/protocol/model'
import type { Order } from '../domain/order.ts'
import {
  knownAfterMs,
  planShipment,
  type Shipment,
  type ShipmentFault,
  type ShipmentWish,
  shipmentBody,
} from '../domain/shipment.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { KeyBusy } from '../ports/key-busy.ts'
import { recordShipping } from './apply-shipping.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { commit } from './phase.ts'

export interface ShipOrder extends ShipmentWish {
  readonly orderId: string
  readonly key: string
  /** Hash of the canonical JSON of the request. */
  readonly requestHash: string
  /** The answer's body, which is kept with the key. */
  readonly present: (shipment: Shipment) => string
}

export type ShippedOrder =
  | { readonly kind: 'accepted'; readonly body: string; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly why: ShipmentFault; readonly replayed: boolean }
  | { readonly kind: 'not_found' | 'key_reused' | 'key_busy' }

const twinWaitMs = 5_000
const scope = 'admin'

/**
 * Takes the word of the shop that parcels left: freezes what WeChat will be told and lets a job
 * tell it. Everything is one transaction, the idempotency key included; WeChat is not asked here.
 * A crash leaves nothing, or a shipment whose job goes on.
 */
export async function shipOrder(ports: Ports, input: ShipOrder): Promise<ShippedOrder> {
  try {
    return await repeatStale(
      async () =>
        await commit(ports, 'ship-order/shipment', async (tx) => await request(tx, ports, input)),
    )
  } catch (error) {
    if (error instanceof KeyBusy) return { kind: 'key_busy' }
    if (error instanceof NotFound) return { kind: 'not_found' }
    throw error
  }
}

/** Rolls back, so that the same key may be used again. */
class NotFound extends Error {}

async function request(tx: Tx, ports: Ports, input: ShipOrder): Promise<ShippedOrder> {
  const { key, requestHash } = input
  const at = ports.clock.now()
  const first = await tx.idempotency.claim({ scope, key, requestHash, at, waitMs: twinWaitMs })
  if (first) {
    if (first.requestHash !== requestHash) return { kind: 'key_reused' }
    if (first.status === 202) return { kind: 'accepted', body: first.body, replayed: true }
    return { kind: 'refused', why: first.body as ShipmentFault, replayed: true }
  }
  const held = await holdOrder(tx, input.orderId)
  if (!held) throw new NotFound()
  const paid = held.payments.find((payment) => payment.status === 'paid')
  const earlier = await tx.shipments.ofOrder(held.order.id)
  const wish = await withContacts(tx, held.order, input)
  const plan = planShipment(held.order, earlier, wish, at)
  if (!plan.ok || paid?.transactionId == null || isContactMissing(wish)) {
    const why = !plan.ok ? plan.why : paid ? 'contact_missing' : 'not_paid'
    await tx.idempotency.keep(scope, key, 409, why)
    return { kind: 'refused', why, replayed: false }
  }
  const { appid, openid } = held.order
  const managed = (await tx.shipments.management(appid))?.managed ?? true
  const shipment: Shipment = {
    id: ports.random.id('shipment'),
    orderId: held.order.id,
    appid,
    sequence: plan.sequence,
    logisticsType: wish.logisticsType,
    deliveryMode: plan.deliveryMode,
    final: wish.final,
    kind: plan.kind,
    parcels: wish.parcels,
    requestBody: shipmentBody(wish, plan, { transactionId: paid.transactionId, openid }),
    status: managed ? 'queued' : 'recorded',
    problem: null,
    sentCount: 0,
    uploadedAtMs: null,
    createdAtMs: plan.uploadTimeMs,
    version: 1,
  }
  await tx.shipments.insert(shipment)
  if (managed) await enqueueUpload(tx, ports, shipment, held.order, firstUpload(held.order, at))
  else await recordShipping(tx, ports, { order: held.order, payment: paid, shipment }, at)
  const body = input.present(shipment)
  await tx.idempotency.keep(scope, key, 202, body)
  return { kind: 'accepted', body, replayed: false }
}

/** SF wants to know whom to call; the person's own masked number will do. */
const wantsContact = 'SF'

async function withContacts(tx: Tx, order: Order, input: ShipmentWish): Promise<ShipmentWish> {
  const { logisticsType, final } = input
  if (!isContactMissing(input)) return { logisticsType, final, parcels: input.parcels }
  const receiverContact = (await tx.accounts.byId(order.accountId))?.phoneMasked ?? ''
  const parcels = input.parcels.map((parcel) =>
    parcel.carrier === wantsContact && parcel.receiverContact === ''
      ? { ...parcel, receiverContact }
      : parcel,
  )
  return { logisticsType, final, parcels }
}

function isContactMissing({ logisticsType, parcels }: ShipmentWish): boolean {
  const lacks = ({ carrier, receiverContact }: ShipmentWish['parcels'][number]) =>
    carrier === wantsContact && receiverContact === ''
  return logisticsType === 1 && parcels.some(lacks)
}

/** WeChat does not know a payment for shipping at once: a minute after it, it does. */
function firstUpload({ paidAtMs }: Order, at: Instant): Instant {
  const known = paidAtMs === null ? at : afterMs(paidAtMs, knownAfterMs)
  return known > at ? known : at
}

async function enqueueUpload(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  { id }: Shipment,
  { appid: party }: Order,
  runAt: Instant,
): Promise<void> {
  const data = { shipment_id: id }
  await tx.jobs.enqueue({ queue: 'upload-shipment', id: random.uuid(), data, runAt, party })
}
