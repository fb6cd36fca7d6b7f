import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Ports } from '../ports/index.ts'
import { StoreAway } from '../ports/store-away.ts'
import { Problem } from './errors.ts'
import type { GivenParts } from './parts.ts'
import { buildHttp } from './server.ts'

const lines: Array<Record<string, unknown>> = []
const log = (fields: object, message: string) => void lines.push({ ...fields, message })
// The routes of these tests need no store: what is tested here stands in front of every flow.
const ports = {
  random: { id: () => 'req_1', uuid: () => '', bytes: () => new Uint8Array() },
  log: { info: log, warn: log, error: log },
  meter: { count: () => {} },
} as unknown as Ports
const parts: GivenParts = {
  trustProxy: false,
  operatorOfKey: (key) => (key === 'sk_right' ? 'operator_test' : null),
  operatorIds: ['operator_test'],
  readiness: async () => ['database: not reachable'],
  metrics: { request: () => {}, page: async () => ({ contentType: 'text/plain', text: 'x 1\n' }) },
  publicUrl: 'http://127.0.0.1:1',
  consoleDir: null,
  version: '0.0.0',
}

let app: FastifyInstance

beforeAll(async () => {
  app = await buildHttp(ports, parts)
  app.post(
    '/v1/things/:id',
    { schema: { body: z.strictObject({ quantity: z.int().min(1) }) } },
    async () => ({ ok: true }),
  )
  app.post('/v1/empty', { schema: { body: z.strictObject({}) } }, async () => ({ ok: true }))
  app.get('/v1/broken', async () => {
    throw new Error('secret sk_live_1234 in the message')
  })
  app.get('/v1/away', async () => {
    throw new StoreAway(
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' }),
    )
  })
  app.get('/v1/refused', async () => {
    throw new Problem('out_of_stock')
  })
  await app.ready()
})
afterAll(() => app.close())

const post = (url: string, payload?: string, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    ...(payload === undefined ? {} : { payload }),
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })

test('a wrong body is 400 with every wrong field named, unknown ones too', async () => {
  const answer = await post('/v1/things/1', '{"quantity":"1e3","role":"admin"}')
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json()).toMatchObject({ code: 'invalid_request', status: 400, request_id: 'req_1' })
  expect(answer.json().errors).toEqual([
    { field: 'quantity', message: 'must be a number' },
    { field: 'role', message: 'is not a known field; leave it out' },
  ])
  const none = await post('/v1/things/1')
  expect(none.json().errors).toEqual([{ field: 'quantity', message: 'is missing; it is required' }])
})

test('quantities that are no positive whole number are 400', async () => {
  for (const quantity of ['-1', '0', '1.5', '"1e3"', '9007199254740992', 'null', '[]', '1e400']) {
    const answer = await post('/v1/things/1', `{"quantity":${quantity}}`)
    expect([quantity, answer.statusCode]).toEqual([quantity, 400])
    expect(answer.json().errors[0].field).toBe('quantity')
  }
})

test('a POST without fields takes no body or {}, and nothing else', async () => {
  expect((await post('/v1/empty')).statusCode).toBe(200)
  expect((await post('/v1/empty', '{}')).statusCode).toBe(200)
  expect((await post('/v1/empty', '')).statusCode).toBe(200)
  expect((await post('/v1/empty', 'null')).statusCode).toBe(400)
  expect((await post('/v1/empty', '{"status":"PAID"}')).statusCode).toBe(400)
})

test('texts are Chinese when the caller prefers Chinese', async () => {
  const chinese = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }
  expect((await post('/v1/things/1', '{}', chinese)).json().title).toBe('请求无效')
  const english = { 'accept-language': 'zh;q=0.1,en' }
  expect((await post('/v1/things/1', '{}', english)).json().title).toBe('Invalid request')
})

test('other content types, encodings and sizes are refused by name', async () => {
  const xml = await post('/v1/things/1', '<xml/>', { 'content-type': 'text/xml' })
  expect([xml.statusCode, xml.json().code]).toEqual([415, 'unsupported_media_type'])
  const gzip = await post('/v1/things/1', '{}', { 'content-encoding': 'gzip' })
  expect(gzip.statusCode).toBe(415)
  const large = await post('/v1/things/1', `"${'x'.repeat(65_536)}"`)
  expect([large.statusCode, large.json().code]).toEqual([413, 'payload_too_large'])
})

test('an unknown address is 404, a known one with another method 405 with Allow', async () => {
  const unknown = await app.inject({ method: 'GET', url: '/v1/nothing' })
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'not_found'])
  for (const method of ['PUT', 'DELETE', 'TRACE'] as const) {
    const answer = await app.inject({ method: method as 'PUT', url: '/v1/things/7' })
    expect([method, answer.statusCode, answer.headers['allow']]).toEqual([method, 405, 'POST'])
  }
})

test('our own mistakes are 500 without stack or message, and are logged', async () => {
  const answer = await app.inject({ method: 'GET', url: '/v1/broken' })
  expect(answer.json()).toMatchObject({ code: 'internal_error', request_id: 'req_1' })
  expect(answer.body).not.toMatch(/sk_live|server\.test|Error:/)
  expect(lines.some((line) => line['message'] === 'a request met a mistake of ours')).toBe(true)
})

test('a database that is away is 503 with a time to come again, told without its address', async () => {
  const answer = await app.inject({ method: 'GET', url: '/v1/away' })
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2'])
  expect(answer.json()).toMatchObject({ code: 'database_unavailable', request_id: 'req_1' })
  expect(answer.body).not.toContain('10.0.0.5')
  expect(lines.at(-1)).toMatchObject({ message: 'request', status: 503 })
})

test('a refusal of a route has the words of the registry, and every answer its safe headers', async () => {
  const answer = await app.inject({ method: 'GET', url: '/v1/refused' })
  expect(answer.json()).toMatchObject({ code: 'out_of_stock', status: 409 })
  expect(answer.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'request-id': 'req_1',
  })
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test('access lines carry the route pattern and never the address', async () => {
  await post('/v1/things/ord_secret?token=abc', '{}')
  const line = lines.findLast((entry) => entry['message'] === 'request')
  expect(line).toMatchObject({ route: '/v1/things/:id', method: 'POST', status: 400 })
  expect(JSON.stringify(line)).not.toMatch(/ord_secret|abc/)
})

test('readyz tells its reasons, metrics ask foreigners for the key, OpenAPI is 3.1', async () => {
  const ready = await app.inject({ method: 'GET', url: '/readyz' })
  expect([ready.statusCode, ready.json().reasons]).toEqual([503, ['database: not reachable']])
  expect((await app.inject({ method: 'GET', url: '/healthz' })).statusCode).toBe(200)
  const foreign = { method: 'GET', url: '/metrics', remoteAddress: '203.0.113.9' } as const
  expect((await app.inject(foreign)).statusCode).toBe(401)
  const headers = { authorization: 'Bearer sk_right' }
  expect((await app.inject({ ...foreign, headers })).statusCode).toBe(200)
  const document = (await app.inject({ method: 'GET', url: '/openapi.json' })).json()
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toContain('/v1/products')
})
