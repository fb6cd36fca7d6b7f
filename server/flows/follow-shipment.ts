import { type Instant, instant } from '@minitill/protocol/model'
import { nextLook } from '../domain/shipment.ts'
import type { JobResult, Ports } from '../ports/index.ts'
import { moveShipping } from './apply-shipping.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { lookAtShipping } from './look-at-shipping.ts'
import { commit } from './phase.ts'

/**
 * Asks WeChat how far an order is and takes its word: received, settled. A pushed message leads
 * here too, because only the answer to our own question is believed. A crash leaves the order as it
 * was; whoever asks next is told the same.
 */
export async function askShipping(
  ports: Ports,
  { orderId }: { readonly orderId: string },
): Promise<'settled' | 'open'> {
  const payments = await ports.store.read.payments.ofOrder(orderId)
  const payment = payments.find(({ status }) => status === 'paid')
  if (!payment) return 'settled'
  const seen = await lookAtShipping(ports, payment.appid, payment)
  if (seen.got !== 'answer') return 'open'
  const { state } = seen.value.order
  return await repeatStale(
    async () =>
      await commit(ports, 'follow-shipment/apply', async (tx) => {
        const held = await holdOrder(tx, orderId)
        const paid = held?.payments.find(({ status }) => status === 'paid')
        if (!held || !paid) return 'settled'
        await moveShipping(tx, ports, { order: held.order, payment: paid }, state, {
          at: ports.clock.now(),
          isKnownThere: true,
        })
        // 4 completed, 5 refunded: nothing comes after it.
        return state === 4 || state === 5 ? 'settled' : 'open'
      }),
  )
}

/** The job of an order that was shipped: asks twice a day until it is settled. */
export async function followShipment(
  ports: Ports,
  { orderId, since }: { readonly orderId: string; readonly since: number },
): Promise<JobResult> {
  const at: Instant = ports.clock.now()
  if ((await askShipping(ports, { orderId })) === 'settled') return 'done'
  const again = nextLook(instant(since), at)
  return again === null ? { park: 'shipping_unsettled' } : { again }
}
