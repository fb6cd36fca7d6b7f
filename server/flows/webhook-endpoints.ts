// The merchant's own systems: who wants to hear what, and with which secret it is signed. The secret
// is told once, when it is made, and sealed at rest. One transaction each: a crash leaves all or none.
import { afterMs } from '@minitill/protocol/model'
import { oldSecretMs } from '../domain/event.ts'
import type { Ports, TargetProblem } from '../ports/index.ts'
import type { Endpoint } from '../ports/tables/endpoints.ts'
import { commit } from './phase.ts'
import { enqueueDeliveries } from './record-event.ts'

export const mostEndpoints = 20

export type AddedEndpoint =
  | { readonly kind: 'added'; readonly endpoint: Endpoint; readonly secret: string }
  | { readonly kind: 'bad_target'; readonly problem: TargetProblem }
  | { readonly kind: 'too_many' }

function newSecret({ random }: Pick<Ports, 'random'>): string {
  return `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`
}

export async function addEndpoint(
  ports: Ports,
  { url, events }: { readonly url: string; readonly events: readonly string[] },
): Promise<AddedEndpoint> {
  const problem = ports.sender.targetProblem(url)
  if (problem !== null) return { kind: 'bad_target', problem }
  const id = ports.random.id('endpoint')
  const secret = newSecret(ports)
  const endpoint: Endpoint = {
    id,
    url,
    events: [...new Set(events)],
    status: 'active',
    secretSealed: ports.seal.seal('webhook_secret', id, secret),
    old: null,
    createdAtMs: ports.clock.now(),
  }
  const added = await commit(ports, 'webhook-endpoints/add', (tx) =>
    tx.endpoints.insert(endpoint, mostEndpoints),
  )
  return added ? { kind: 'added', endpoint, secret } : { kind: 'too_many' }
}

/** A new secret; the present one signs beside it for a day, any older one no more. */
export async function rotateSecret(
  ports: Ports,
  id: string,
): Promise<{ readonly secret: string; readonly oldUntilMs: number } | null> {
  const secret = newSecret(ports)
  const untilMs = afterMs(ports.clock.now(), oldSecretMs)
  const found = await commit(ports, 'webhook-endpoints/rotate', async (tx) => {
    const endpoint = await tx.endpoints.lock(id)
    if (endpoint === null || endpoint.status === 'disabled') return false
    const old = { sealed: endpoint.secretSealed, untilMs }
    await tx.endpoints.replaceSecret(id, ports.seal.seal('webhook_secret', id, secret), old)
    return true
  })
  return found ? { secret, oldUntilMs: untilMs } : null
}

/** Nothing more is sent there; what was waiting is parked when its turn comes. */
export async function disableEndpoint(ports: Ports, id: string): Promise<boolean> {
  return await commit(ports, 'webhook-endpoints/disable', async (tx) => {
    if ((await tx.endpoints.lock(id)) === null) return false
    await tx.endpoints.disable(id)
    return true
  })
}

/** Sends an event once more to every active endpoint that wants it; null when there is no such one. */
export async function resendEvent(ports: Ports, id: string): Promise<number | null> {
  const event = await ports.store.read.events.byId(id)
  if (event === null) return null
  const at = ports.clock.now()
  return await commit(ports, 'webhook-endpoints/resend', async (tx) => {
    const deliveries = await tx.events.sendAgain(event, at)
    await enqueueDeliveries(tx, ports, deliveries, at)
    return deliveries.length
  })
}
