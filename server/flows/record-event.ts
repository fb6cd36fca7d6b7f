// An event and its deliveries, in the transaction of the change that it tells of: nobody hears of
// what did not happen, and nothing that happened stays untold. A crash before the commit leaves none.
import type { Ports, Tx } from '../ports/index.ts'
import type { EventRecord, NewDelivery } from '../ports/tables/events.ts'

/** Keeps the event and enqueues one delivery for each endpoint that wants it. */
export async function recordEvent(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  event: Omit<EventRecord, 'id'>,
): Promise<void> {
  const deliveries = await tx.events.record({ ...event, id: random.id('event') })
  await enqueueDeliveries(tx, { random }, deliveries, event.createdAtMs)
}

/** One job for each delivery, due now. */
export async function enqueueDeliveries(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  deliveries: readonly NewDelivery[],
  runAt: EventRecord['createdAtMs'],
): Promise<void> {
  for (const { id, endpointId: party } of deliveries) {
    const data = { delivery_id: id }
    await tx.jobs.enqueue({ queue: 'deliver-event', id: random.uuid(), data, runAt, party })
  }
}
