import { afterMs, instant } from '@minitill/protocol/model'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestPorts, testPorts } from '../../tests/support/ports.ts'
import { scriptedSender } from '../../tests/support/scripted-sender.ts'
import { deliveryRetriesMs } from '../domain/event.ts'
import { type Answer, answer, type Sent, silence, type WebhookMessage } from '../ports/index.ts'
import { deliverEvent } from './deliver-event.ts'
import { commit } from './phase.ts'
import { recordEvent } from './record-event.ts'
import { addEndpoint, disableEndpoint, resendEvent, rotateSecret } from './webhook-endpoints.ts'

let ports: TestPorts
let got: WebhookMessage[]
let reply: Answer<Sent>

const status = (code: number): Answer<Sent> => answer({ kind: 'answered', status: code })

beforeEach(async () => {
  got = []
  reply = status(204)
  const sender = scriptedSender((message) => {
    got.push(message)
    return reply
  })
  ports = await testPorts({ sender })
})
afterEach(() => ports.close())

async function endpoint(events: string[] = ['*']): Promise<{ id: string; secret: string }> {
  const added = await addEndpoint(ports, { url: 'http://127.0.0.1:1/hooks', events })
  if (added.kind !== 'added') throw new Error(added.kind)
  return { id: added.endpoint.id, secret: added.secret }
}

async function happen(version = 1): Promise<void> {
  await commit(ports, 'webhook-endpoints/resend', (tx) =>
    recordEvent(tx, ports, {
      type: 'order.paid',
      subject: 'order:o1',
      version,
      payload: { id: 'o1', total: 1 },
      createdAtMs: ports.clock.now(),
    }),
  )
}

/** The deliveries that were enqueued so far. */
const waiting = () =>
  ports.enqueued.flatMap(({ queue, data }) =>
    queue === 'deliver-event' ? [String(data['delivery_id'])] : [],
  )
const first = () => waiting()[0] ?? ''
const kept = async (id: string) => await ports.store.read.events.delivery(id)
const openTasks = async () =>
  (await ports.store.read.tasks.page({ status: 'open' }, null, 10)).map((task) => task.kind)

test('an event goes to every endpoint that wants it, once, and to no other', async () => {
  await endpoint(['order.paid'])
  await endpoint(['*'])
  await endpoint(['order.closed'])
  await happen()
  await happen()
  expect(waiting()).toHaveLength(2)
  for (const deliveryId of waiting()) await deliverEvent(ports, { deliveryId })
  for (const deliveryId of waiting()) await deliverEvent(ports, { deliveryId })
  expect(got).toHaveLength(2)
  expect(new Set(got.map(({ body }) => body)).size).toBe(1)
})

test('an event whose change is rolled back is told to nobody', async () => {
  await endpoint()
  const broken = commit(ports, 'webhook-endpoints/resend', async (tx) => {
    await recordEvent(tx, ports, {
      type: 'order.paid',
      subject: 'order:o2',
      version: 1,
      payload: {},
      createdAtMs: ports.clock.now(),
    })
    throw new Error('rolled back')
  })
  await expect(broken).rejects.toThrow('rolled back')
  expect(await deliverEvent(ports, { deliveryId: first() })).toBe('done')
  expect(got).toEqual([])
})

test('a receiver that is down hears of it later: same id, same bytes, then parked with one task', async () => {
  await endpoint()
  await happen()
  reply = silence('timeout')
  for (const [nth, ms] of deliveryRetriesMs.entries()) {
    const at = ports.clock.now()
    expect(await deliverEvent(ports, { deliveryId: first() })).toEqual({ again: afterMs(at, ms) })
    expect(await kept(first())).toMatchObject({ attempts: nth + 1, lastAnswer: 'timeout' })
  }
  expect(await deliverEvent(ports, { deliveryId: first() })).toBe('done')
  expect(await kept(first())).toMatchObject({ status: 'parked', attempts: 10 })
  expect(await openTasks()).toEqual(['webhook_parked'])
  const ids = got.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)
  expect(new Set(ids).size).toBe(1)
  await happen(2)
  reply = status(500)
  const [, second = ''] = waiting()
  for (let nth = 0; nth < 10; nth += 1) await deliverEvent(ports, { deliveryId: second })
  expect(await openTasks()).toEqual(['webhook_parked'])
})

test('two workers at once count one attempt: the other’s result is left as it was', async () => {
  await endpoint()
  await happen()
  const met = Promise.withResolvers<void>()
  let sending = 0
  const post = async () => {
    sending += 1
    if (sending === 2) met.resolve()
    await met.promise
    return status(500)
  }
  const sender = { ...ports.sender, post }
  const both = [ports, ports.another('other')].map((one) => ({ ...one, sender }))
  await Promise.all(both.map((one) => deliverEvent(one, { deliveryId: first() })))
  expect(await kept(first())).toMatchObject({ attempts: 1, status: 'pending' })
})

test('a worker that was overtaken does not end the job: an event that still waits is sent', async () => {
  await endpoint()
  await happen()
  const deliver = (post: () => Promise<Answer<Sent>>) =>
    deliverEvent({ ...ports, sender: { ...ports.sender, post } }, { deliveryId: first() })
  // While the later one sends, the earlier one, whose lease ran out, writes down its 500.
  const later = await deliver(async () => {
    await deliver(async () => status(500))
    return status(204)
  })
  expect(await kept(first())).toMatchObject({ attempts: 1, status: 'pending' })
  expect(later).toEqual({ again: ports.clock.now() })
  expect(await deliver(async () => status(204))).toBe('done')
  expect((await kept(first()))?.status).toBe('delivered')
})

test('410 switches the endpoint off; one that is off gets nothing more', async () => {
  const { id } = await endpoint()
  await happen()
  reply = status(410)
  expect(await deliverEvent(ports, { deliveryId: first() })).toBe('done')
  expect((await ports.store.read.endpoints.byId(id))?.status).toBe('disabled')
  await happen(2)
  expect(waiting()).toHaveLength(1)
})

test('what waits for an endpoint that is switched off is parked, unsent', async () => {
  const { id } = await endpoint()
  await happen()
  await disableEndpoint(ports, id)
  expect(await deliverEvent(ports, { deliveryId: first() })).toBe('done')
  expect([got.length, (await kept(first()))?.status]).toEqual([0, 'parked'])
})

test('for a day after a rotation both secrets sign, then the new one alone', async () => {
  const { id } = await endpoint()
  const signatures = async () => {
    await happen(got.length + 1)
    const deliveryId = waiting().at(-1) ?? ''
    await deliverEvent(ports, { deliveryId })
    return got.at(-1)?.headers['webhook-signature']?.split(' ').length
  }
  expect(await signatures()).toBe(1)
  expect((await rotateSecret(ports, id))?.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(await signatures()).toBe(2)
  ports.clock.advance(24 * 3_600_000)
  expect(await signatures()).toBe(1)
  expect(await rotateSecret(ports, 'whe_none')).toBeNull()
})

test('the secrets are sealed at rest and moved to another row they do not open', async () => {
  const { id, secret } = await endpoint()
  const row = await ports.store.read.endpoints.byId(id)
  const sealed = row?.secretSealed ?? new Uint8Array()
  expect(Buffer.from(sealed).includes(Buffer.from(secret.slice(6)))).toBe(false)
  expect(() => ports.seal.open('webhook_secret', 'whe_other', sealed)).toThrow()
})

test('an event is sent again by hand, with the id that it always had', async () => {
  await endpoint()
  await happen()
  await deliverEvent(ports, { deliveryId: first() })
  const [event] = await ports.store.read.events.page({}, null, 1)
  expect(await resendEvent(ports, event?.id ?? '')).toBe(1)
  await deliverEvent(ports, { deliveryId: waiting()[1] ?? '' })
  const [one, again] = got
  expect(again?.body).toBe(one?.body)
  expect(again?.headers['webhook-id']).toBe(one?.headers['webhook-id'])
  expect(await resendEvent(ports, 'evt_none')).toBeNull()
})

test('there is a bound on endpoints, also for two who add at once', async () => {
  for (let nth = 0; nth < 19; nth += 1) await endpoint()
  const add = () => addEndpoint(ports, { url: 'http://127.0.0.1:1/', events: ['*'] })
  const kinds = (await Promise.all([add(), add(), add()])).map(({ kind }) => kind)
  expect(kinds.toSorted()).toEqual(['added', 'too_many', 'too_many'])
})

test('an event list is newest first and knows its instants', async () => {
  await happen(1)
  ports.clock.advance(1_000)
  await happen(2)
  const page = await ports.store.read.events.page({ subject: 'order:o1' }, null, 10)
  expect(page.map((event) => event.version)).toEqual([2, 1])
  expect(page[0]?.createdAtMs).toBe(instant(ports.clock.now()))
})
