import { afterMs } from '@minitill/protocol/model'
import { warnAfterMs } from '../domain/shipment.ts'
import type { JobResult, Ports } from '../ports/index.ts'
import { openTask } from './apply-refund.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { commit } from './phase.ts'

const everyMs = 3_600_000
const mostAtOnce = 500

/**
 * Warns of paid orders that were not shipped and soon should have been (48 hours, says WeChat): one
 * task an order, which ends when it is shipped. A crash leaves some for the next time.
 */
export async function watchShipping(ports: Ports): Promise<JobResult> {
  const at = ports.clock.now()
  const found = await ports.store.read.shipments.overdue(afterMs(at, -warnAfterMs), mostAtOnce)
  for (const { orderId } of found) await warnOf(ports, orderId)
  const isMore = found.length === mostAtOnce
  return { again: isMore ? at : afterMs(at, everyMs) }
}

/** A warning of WeChat's own leads here too; it counts only while the order waits. */
export async function warnOf(ports: Ports, orderId: string): Promise<void> {
  await repeatStale(
    async () =>
      await commit(ports, 'watch-shipping/warn', async (tx) => {
        const order = (await holdOrder(tx, orderId))?.order
        if (order?.shippingStatus !== 'to_ship') return
        const task = {
          kind: 'shipping_overdue',
          subject: `order:${orderId}`,
          reason: 'shipping_overdue',
          detail: { order_id: orderId, paid_at_ms: order.paidAtMs },
        } as const
        await openTask(tx, ports, task, ports.clock.now())
      }),
  )
}
