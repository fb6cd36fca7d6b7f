import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noPoints } from '../points/index.ts'
import { openSender, type WebhookSender } from './index.ts'

let server: Server
let heard: string[]
let url: string
const senders: WebhookSender[] = []

beforeAll(async () => {
  heard = []
  server = createServer((request, reply) => {
    heard.push(request.url ?? '')
    if (request.url === '/away') return reply.writeHead(307, { location: `${url}/there` }).end()
    return reply.writeHead(200).end('x'.repeat(1_000_000))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const sender of senders) await sender.close()
  server.closeAllConnections()
  server.close()
})

function opened(...given: Parameters<typeof openSender>): WebhookSender {
  const sender = openSender(...given)
  senders.push(sender)
  return sender
}

/** A resolver under whose names these addresses stand. */
const answering = (...addresses: string[]) =>
  ((_name: string, _options: object, done: (...args: unknown[]) => void) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as Parameters<typeof openSender>[2]

test('A-73 A-96 in production a target is a public https address, whatever it is dressed up as', () => {
  const { targetProblem } = opened('production')
  const problems = {
    'https://shop.example/hooks?x=1': null,
    'https://8.8.8.8/': null,
    'http://shop.example/': 'https_only',
    'https://localhost/': 'private_address',
    'https://printer.local/': 'private_address',
    'https://db.internal/': 'private_address',
    'https://127.0.0.1/': 'private_address',
    'https://0x7f.1/': 'private_address',
    'https://2130706433/': 'private_address',
    'https://10.1.2.3/': 'private_address',
    'https://172.16.0.1/': 'private_address',
    'https://192.168.1.1/': 'private_address',
    'https://169.254.169.254/latest/meta-data/': 'private_address',
    'https://100.64.0.1/': 'private_address',
    'https://0.0.0.0/': 'private_address',
    'https://[::1]/': 'private_address',
    'https://[::ffff:10.0.0.1]/': 'private_address',
    'https://[fe80::1]/': 'private_address',
    'https://[::7f00:1]/': 'private_address',
    'https://[::11e3]/': 'private_address',
    'https://localhost./': 'private_address',
    'https://[2606:4700::1]/': null,
    'https://[fd00::1]/': 'private_address',
    'https://user:secret@shop.example/': 'not_a_url',
    'https://shop.example/#part': 'not_a_url',
    'ftp://shop.example/': 'not_a_url',
    'file:///etc/passwd': 'not_a_url',
    '/hooks': 'not_a_url',
  }
  const found = Object.keys(problems).map((target) => [target, targetProblem(target)])
  expect(Object.fromEntries(found)).toEqual(problems)
})

test('in development this machine alone is called', () => {
  const { targetProblem } = opened('development')
  for (const target of [url, 'http://localhost:1/x', 'http://[::1]:1/']) {
    expect(targetProblem(target)).toBeNull()
  }
  for (const target of ['https://shop.example/', 'http://10.0.0.1/']) {
    expect(targetProblem(target)).toBe('loopback_only')
  }
})

test('A-73 a name that leads home, wholly or in part, is not connected to', async () => {
  const { port } = server.address() as AddressInfo
  const lists = [
    ['127.0.0.1'],
    ['93.184.216.34', '127.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['169.254.169.254'],
    [],
  ]
  const before = heard.length
  for (const addresses of lists) {
    const sender = opened('production', noPoints, answering(...addresses))
    const message = { url: `https://shop.example:${port}/x`, headers: {}, body: '{}' }
    expect(await sender.post(message)).toEqual({ got: 'answer', value: { kind: 'forbidden' } })
  }
  expect(heard).toHaveLength(before)
})

test('A-73 no redirect is followed', async () => {
  const sender = opened('development')
  const sent = await sender.post({ url: `${url}/away`, headers: {}, body: '{}' })
  expect(sent).toEqual({ got: 'answer', value: { kind: 'answered', status: 307 } })
  expect(heard).not.toContain('/there')
})

test('a port where nobody listens is silence, and a long answer is not read for ever', async () => {
  const sender = opened('development')
  const nobody = await sender.post({ url: 'http://127.0.0.1:1/', headers: {}, body: '{}' })
  expect(nobody).toEqual({ got: 'silence', why: 'unreachable' })
  const sent = await sender.post({ url: `${url}/long`, headers: {}, body: '{}' })
  expect(sent).toEqual({ got: 'answer', value: { kind: 'answered', status: 200 } })
})

test('a signature verifies with each live secret and with no other', () => {
  const secret = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`
  const { sign } = opened('development')
  const body = '{"id":"evt_1"}'
  const headers = sign('evt_1', body, [secret(1), secret(2)])
  for (const live of [1, 2]) {
    expect(new Webhook(secret(live)).verify(body, headers)).toEqual({ id: 'evt_1' })
  }
  expect(() => new Webhook(secret(3)).verify(body, headers)).toThrow()
  expect(() => new Webhook(secret(1)).verify(`${body} `, headers)).toThrow()
})
