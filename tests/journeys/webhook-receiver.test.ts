// The receiver that docs/events.md shows, as it stands there, against a server that sends to it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'minitill-receiver-'))
let pair: Pair
let till: Till
let person: Shopper
let receiver: Server
let paid: Map<string, number>
let url: string
let endpointId: string

/** The program of the page, with the package's name pointed at this checkout. */
function shownProgram(): string {
  const page = readFileSync(join(root, 'docs/events.md'), 'utf8')
  const program = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? ''
  const verifier = pathToFileURL(join(root, 'server/webhooks/index.ts')).href
  return program.replace("'minitill/webhooks'", JSON.stringify(verifier))
}

beforeAll(async () => {
  pair = await startPair()
  till = new Till(pair)
  person = await Shopper.arrive(pair)
  // An address first, because the secret is told when the endpoint is made.
  const probe = await import('node:http').then(({ createServer }) => createServer())
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  url = `http://127.0.0.1:${port}/hooks`
  const added = await till.post('/webhook-endpoints', { url, events: ['*'] })
  expect(added.status).toBe(201)
  endpointId = added.json.id
  process.env['WEBHOOK_SECRETS'] = added.json.secret
  const file = join(folder, 'receiver.ts')
  writeFileSync(file, shownProgram())
  const program = await import(/* @vite-ignore */ pathToFileURL(file).href)
  receiver = program.receiver
  paid = program.paid
  await new Promise<void>((done) => receiver.listen(port, '127.0.0.1', done))
})
afterAll(async () => {
  await pair.stop()
  receiver.closeAllConnections()
  receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

const delivered = async (id: string) =>
  (await till.get(`/events?subject=order:${id}&limit=100`)).json.data.filter(
    ({ deliveries }: { deliveries: Array<{ status: string }> }) =>
      deliveries.every(({ status }) => status === 'delivered'),
  )

test('it takes what the server sends, acts once on a paid order, and answers every event', async () => {
  const { id } = await bought(person, [{ product_id: 'cup', quantity: 1 }])
  await until(
    () => delivered(id),
    (all) => all.length === 2,
  )
  expect([...paid]).toEqual([[id, 2500]])
  const events = (await till.get(`/events?subject=order:${id}`)).json.data
  expect(events.map(({ version }: { version: number }) => version)).toEqual([2, 1])
  paid.clear()
  await till.post(`/events/${events[0].id}/resend`, {})
  await until(
    async () => (await till.get(`/events?subject=order:${id}`)).json.data[0].deliveries,
    (all) =>
      all.length === 2 && all.every(({ status }: { status: string }) => status === 'delivered'),
  )
  expect([...paid]).toEqual([])
})

test('it refuses what nobody signed, and an old secret when its day is over', async () => {
  const forged = await fetch(url, { method: 'POST', body: '{"type":"order.paid"}' })
  expect(forged.status).toBe(401)
  // It still has the first secret alone; both sign for a day.
  expect((await till.post(`/webhook-endpoints/${endpointId}/rotate`, {})).status).toBe(200)
  const { id } = await bought(person, [{ product_id: 'cup', quantity: 1 }])
  await until(
    async () => paid.get(id),
    (total) => total === 2500,
  )
  await pair.simulator.post('/_sim/clock', { advance_ms: 25 * 3_600_000 })
  const late = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  const answers = async () =>
    (await till.get(`/events?subject=order:${late.id}`)).json.data.flatMap(
      ({ deliveries }: { deliveries: Array<{ last_answer: string | null }> }) =>
        deliveries.map(({ last_answer }) => last_answer),
    )
  await until(answers, (all) => all.includes('401'))
})
