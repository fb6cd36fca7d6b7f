// Events to the merchant's own systems, from the payment to a verified message and back up again.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventData } from '../../server/http/shapes/event.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

interface Heard {
  readonly headers: Record<string, string>
  readonly body: string
}

let pair: Pair
let person: Shopper
let receiver: Server
let heard: Heard[]
let answers: number
let secret: string
let endpointId: string

const admin = () => ({ authorization: `Bearer ${pair.adminKey}` })
const told = (type: string) => heard.filter(({ body }) => JSON.parse(body).type === type)
const untilTold = (type: string, count = 1) =>
  until(
    async () => told(type),
    (found) => found.length >= count,
  )

beforeAll(async () => {
  pair = await startPair(2)
  person = await Shopper.arrive(pair)
  heard = []
  answers = 204
  receiver = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('utf8'),
    })
    reply.writeHead(answers).end()
  })
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
  const added = await pair.server.post(
    '/admin/v1/webhook-endpoints',
    { url, events: ['order.paid', 'order.closed', 'refund.succeeded'] },
    admin(),
  )
  expect(added.status).toBe(201)
  secret = added.json.secret
  endpointId = added.json.id
})
afterAll(async () => {
  await pair.stop()
  receiver.closeAllConnections()
  receiver.close()
})

test('a paid order is told once, signed, with what the merchant needs to act on it', async () => {
  const { id, no } = await bought(person, [{ product_id: 'cup', quantity: 1 }])
  const [message] = await untilTold('order.paid')
  const body = new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})
  expect(body).toMatchObject({
    id: message?.headers['webhook-id'],
    type: 'order.paid',
    subject: `order:${id}`,
    data: { id, status: 'paid', total: 2500, currency: 'CNY', paid_at: expect.any(String) },
  })
  expect(JSON.stringify(body)).not.toMatch(/_ms"|session_key|sk_/)
  expect(no).not.toBe('')
  // Heard by the receiver is a moment before it is written down here.
  const look = async () => {
    const list = await pair.other.get(`/admin/v1/events?subject=order:${id}`, admin())
    return list.json.data.find((one: { type: string }) => one.type === 'order.paid')
  }
  const paid = await until(look, (one) => one.deliveries[0]?.status === 'delivered')
  expect(paid.deliveries).toMatchObject([{ status: 'delivered', attempts: 1, last_answer: '204' }])
  expect(told('order.created')).toEqual([])
})

test('a receiver that is down for hours gets the same message later, and nothing twice', async () => {
  const before = told('order.paid').length
  answers = 503
  const wechat = new Wechat(pair)
  await bought(person, [{ product_id: 'cup', quantity: 1 }])
  await untilTold('order.paid', before + 1)
  await wechat.advance(6_000)
  await untilTold('order.paid', before + 2)
  answers = 204
  await wechat.advance(301_000)
  await untilTold('order.paid', before + 3)
  const last = told('order.paid').slice(-3)
  expect(new Set(last.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(last.map(({ body }) => body)).size).toBe(1)
  await wechat.advance(3_600_000)
  expect(told('order.paid')).toHaveLength(before + 3)
})

test('a refund is told when the money has arrived', async () => {
  const { id } = await bought(person, [{ product_id: 'cup', quantity: 1 }])
  const till = new Till(pair)
  const refund = await till.ask(id, { amount: 2500, reason: 'test' })
  await till.untilAccepted(refund.json.id)
  expect(told('refund.succeeded')).toEqual([])
  await new Wechat(pair).advance(61_000)
  const [message] = await untilTold('refund.succeeded')
  expect(JSON.parse(message?.body ?? '{}').data).toMatchObject({ order_id: id, amount: 2500 })
})

test('a rotated secret signs beside the old one, and an event can be sent again by hand', async () => {
  const path = `/admin/v1/webhook-endpoints/${endpointId}/rotate`
  const rotated = await pair.server.post(path, {}, admin())
  expect(rotated.status).toBe(200)
  const [first] = told('order.paid')
  const id = JSON.parse(first?.body ?? '{}').id
  const before = heard.length
  const again = await pair.server.post(`/admin/v1/events/${id}/resend`, {}, admin())
  expect([again.status, again.json]).toEqual([202, { deliveries: 1 }])
  await until(
    async () => heard.length,
    (count) => count > before,
  )
  const message = heard.at(-1)
  expect(message?.body).toBe(first?.body)
  for (const one of [secret, rotated.json.secret]) {
    expect(new Webhook(one).verify(message?.body ?? '', message?.headers ?? {})).toBeTruthy()
  }
})

test('A-73 a target elsewhere is refused, with the field and the remedy, and nothing is kept', async () => {
  const add = (body: object) => pair.server.post('/admin/v1/webhook-endpoints', body, admin())
  for (const url of ['https://169.254.169.254/', 'http://10.0.0.1/', 'ftp://x/', 'nonsense']) {
    const refused = await add({ url, events: ['*'] })
    expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request'])
    expect(refused.json.errors[0].field).toBe('url')
  }
  expect((await add({ url: 'http://127.0.0.1:1/', events: ['order.eaten'] })).status).toBe(400)
  expect((await add({ url: 'http://127.0.0.1:1/', events: [] })).status).toBe(400)
  const all = await pair.server.get('/admin/v1/webhook-endpoints', admin())
  expect(all.json.data).toHaveLength(1)
  expect(all.text).not.toContain('whsec_')
  expect((await pair.server.get('/admin/v1/webhook-endpoints')).status).toBe(401)
})

test('everything that was told or is on record is what its schema says', async () => {
  await person.checkout([{ product_id: 'cup', quantity: 1 }])
  const list = await pair.server.get('/admin/v1/events?limit=100', admin())
  const types = new Set<string>()
  for (const event of list.json.data) {
    types.add(event.type)
    const read = eventData[event.type as keyof typeof eventData].safeParse(event.data)
    expect([event.type, read.error?.issues]).toEqual([event.type, undefined])
  }
  const wanted = ['order.created', 'order.paid', 'refund.created', 'refund.succeeded']
  expect([...types].toSorted()).toEqual(expect.arrayContaining(wanted))
})
