// Carries one event to one endpoint of the merchant's: at least once, with the same id and the same
// bytes each time. A crash after the answer sends it again; the receiver knows it by its id.
import { afterMs, type Instant } from '@minitill/protocol/model'
import { afterDelivery, type DeliveryEnd, eventBody } from '../domain/event.ts'
import type { Answer, JobResult, Ports, Sent } from '../ports/index.ts'
import type { Endpoint } from '../ports/tables/endpoints.ts'
import type { Delivery, EventRecord } from '../ports/tables/events.ts'
import { call, commit } from './phase.ts'

const day = 86_400_000

export async function deliverEvent(
  ports: Ports,
  { deliveryId }: { readonly deliveryId: string },
): Promise<JobResult> {
  const { events, endpoints } = ports.store.read
  const delivery = await events.delivery(deliveryId)
  if (delivery === null || delivery.status !== 'pending') return 'done'
  const event = await events.byId(delivery.eventId)
  const endpoint = await endpoints.byId(delivery.endpointId)
  if (event === null || endpoint === null) return 'done'
  const at = ports.clock.now()
  if (endpoint.status === 'disabled') {
    return await end(ports, delivery, endpoint, 'disabled', { kind: 'parked' }, at)
  }
  const sent = await send(ports, event, endpoint, at)
  const said = wordOf(sent)
  ports.meter.count('webhook_attempt_total', { type: event.type, said })
  const status = sent.got === 'answer' && sent.value.kind === 'answered' ? sent.value.status : null
  const next = afterDelivery(status, delivery.attempts + 1)
  return await end(ports, delivery, endpoint, said, next, ports.clock.now())
}

async function send(
  ports: Ports,
  event: EventRecord,
  endpoint: Endpoint,
  at: Instant,
): Promise<Answer<Sent>> {
  const body = eventBody(event)
  const headers = ports.sender.sign(event.id, body, secretsOf(ports, endpoint, at))
  return await call(ports, 'deliver-event/send', () =>
    ports.sender.post({ url: endpoint.url, headers, body }),
  )
}

/** The secret, and the one before while both are in use. */
function secretsOf({ seal }: Ports, endpoint: Endpoint, at: Instant): string[] {
  const { id, secretSealed, old } = endpoint
  const live = old !== null && at < old.untilMs ? [old.sealed] : []
  return [secretSealed, ...live].map((sealed) => seal.open('webhook_secret', id, sealed))
}

function wordOf(sent: Answer<Sent>): string {
  if (sent.got === 'silence') return sent.why
  return sent.value.kind === 'answered' ? String(sent.value.status) : 'forbidden_address'
}

/** Writes what an attempt came to, and with it whatever else follows. */
async function end(
  ports: Ports,
  delivery: Delivery,
  endpoint: Endpoint,
  said: string,
  next: DeliveryEnd,
  at: Instant,
): Promise<JobResult> {
  const over = next.kind !== 'again'
  const status = next.kind === 'delivered' ? 'delivered' : over ? 'parked' : 'pending'
  const isNoted = await commit(ports, 'deliver-event/result', async (tx) => {
    const result = { status, answer: said, endedAtMs: over ? at : null } as const
    if (!(await tx.events.noteAttempt(delivery.id, delivery.attempts, result))) return false
    if (next.kind === 'gone') await tx.endpoints.disable(endpoint.id)
    if (status === 'parked') await openTask(tx, ports, endpoint, said, at)
    return true
  })
  // Another worker has sent it meanwhile, and what he wrote stands. His job may be lost to this
  // one, whose lease is the newer: so this one looks at what is left to do.
  if (!isNoted) return { again: at }
  return next.kind === 'again' ? { again: afterMs(at, next.afterMs) } : 'done'
}

/** One task for an endpoint and day, however many events did not reach it. */
async function openTask(
  tx: Parameters<Parameters<Ports['store']['transaction']>[0]>[0],
  { random }: Ports,
  endpoint: Endpoint,
  said: string,
  at: Instant,
): Promise<void> {
  await tx.tasks.open({
    id: random.id('task'),
    kind: 'webhook_parked',
    subject: `${endpoint.id}:${Math.floor(at / day)}`,
    reason: 'webhook_parked',
    detail: { endpoint: endpoint.id, url: endpoint.url, answer: said },
    status: 'open',
    createdAtMs: at,
    resolvedAtMs: null,
    resolution: null,
  })
}
