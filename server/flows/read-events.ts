import type { Instant } from '@minitill/protocol/model'
import type { Reads } from '../ports/index.ts'
import type { Endpoint } from '../ports/tables/endpoints.ts'
import type { Delivery, EventRecord } from '../ports/tables/events.ts'

type Reading = { readonly store: { readonly read: Reads } }

export interface EventFile {
  readonly event: EventRecord
  readonly deliveries: readonly Delivery[]
}

/** Events with all their deliveries, newest first. It only reads. */
export async function readEvents(
  ports: Reading,
  page: {
    readonly type: string | undefined
    readonly subject: string | undefined
    readonly before: { readonly createdAtMs: Instant; readonly id: string } | null
    readonly limit: number
  },
): Promise<readonly EventFile[]> {
  const { events } = ports.store.read
  const found = await events.page(page, page.before, page.limit)
  const deliveries = await events.deliveriesOf(found.map((event) => event.id))
  return found.map((event) => ({
    event,
    deliveries: deliveries.filter((delivery) => delivery.eventId === event.id),
  }))
}

/** All endpoints, oldest first. */
export async function readEndpoints(ports: Reading): Promise<readonly Endpoint[]> {
  return await ports.store.read.endpoints.all()
}
