import { type Appid, afterMs, type Instant } from '@minitill/protocol/model'
import type { Order, ShippingStatus } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { nextLook, type Shipment, shippingAfter } from '../domain/shipment.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { recordEvent } from './record-event.ts'
import { tellPerson } from './tell-person.ts'

export interface HeldOrder {
  readonly order: Order
  readonly payment: Payment
}

/**
 * What a fresh payment asks of the shop. A mini program of which WeChat did not say yet whether it
 * manages its trades is treated as if: shipping too much is told is no harm, too little is.
 */
export async function shippingOfPaid(tx: Tx, appid: Appid): Promise<ShippingStatus> {
  const management = await tx.shipments.management(appid)
  return management?.managed === false ? 'not_required' : 'to_ship'
}

/**
 * Parcels left, and WeChat knows it (or wants to know nothing): with the last of them the order is
 * shipped, and the shop's systems and the person are told. A message of WeChat's may have said so
 * before the answer to the upload; the person is told all the same, and once.
 */
export async function recordShipping(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'parties'>,
  { order, payment, shipment }: HeldOrder & { readonly shipment: Shipment },
  at: Instant,
): Promise<void> {
  if (!shipment.final) return
  const isKnownThere = shipment.status !== 'recorded'
  await moveShipping(tx, ports, { order, payment }, 2, { at, isKnownThere })
  if (shippingAfter(order.shippingStatus, 2) !== 'shipped') return
  const [parcel] = shipment.parcels
  const more = { carrier: parcel?.carrier ?? '', trackingNo: parcel?.trackingNo ?? '' }
  const about = { kind: 'shipped', subject: `order:${order.id}`, order } as const
  await tellPerson(tx, ports, { ...about, outTradeNo: payment.outTradeNo, more }, at)
}

/**
 * Takes how far an order is, which is nothing when it is so far already, or farther. Whoever says
 * it first, our upload or a message of WeChat's: from then on its receipt is looked for.
 */
export async function moveShipping(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  { order, payment }: HeldOrder,
  state: number,
  { at, isKnownThere }: { readonly at: Instant; readonly isKnownThere: boolean },
): Promise<void> {
  const shippingStatus = shippingAfter(order.shippingStatus, state)
  if (shippingStatus === order.shippingStatus) return
  const after = await tx.orders.update(order, { shippingStatus })
  const ended = { kinds: ['shipping_overdue'], field: 'order_id', value: order.id } as const
  await tx.tasks.resolveAbout(ended, shippingStatus, at)
  await recordEvent(
    tx,
    { random },
    {
      type: `order.${shippingStatus as 'shipped' | 'received' | 'settled'}`,
      subject: `order:${order.id}`,
      version: after.version,
      payload: {
        id: order.id,
        status: order.status,
        shipping_status: shippingStatus,
        total: order.totalFen,
        currency: order.currency,
        transaction_id: payment.transactionId,
      },
      createdAtMs: at,
    },
  )
  const isBegun = order.shippingStatus === 'shipped' || order.shippingStatus === 'received'
  if (isBegun || shippingStatus === 'settled' || !isKnownThere) return
  const data = { order_id: order.id, since: at }
  const runAt = nextLook(at, at) ?? afterMs(at, 0)
  const job = { queue: 'follow-shipment', id: random.uuid(), runAt } as const
  await tx.jobs.enqueue({ ...job, data, party: order.appid })
}
