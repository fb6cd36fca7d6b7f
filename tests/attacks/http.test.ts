// The room itself: what is written into the log, what is no HTTP, and which doors there are:
//
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildHttp } from '../../server/http/server.ts'
import { openLog } from '../../server/observe/log.ts'
import type { Pair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { type Gateway, startWatchedPair } from './support/gateway.ts'
import { changesNothing } from './support/nothing.ts'
import { rawRequest, rawSocket } from './support/raw.ts'

const lines: string[] = []
let pair: Pair
let gateway: Gateway
let person: Shopper

beforeAll(async () => {
  const log = openLog('info', { write: (line: string) => void lines.push(line) })
  const watched = await startWatchedPair({ log })
  pair = watched.pair
  gateway = watched.gateway
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
  await gateway.close()
})

const forgedLine = '{"level":50,"message":"FORGED LINE"}'
const hostile = `X\r\n${forgedLine}\n\u001b[2J\u001b[31m\u2028\u0085`

/** Every line is one JSON object, without a bare control character, and none is the forged one. */
function judgeLines(since: number): void {
  const written = lines.slice(since)
  expect(written.length).toBeGreaterThan(0)
  for (const line of written) {
    expect(line.endsWith('\n')).toBe(true)
    const text = line.slice(0, -1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u001f\u007f]/)
    expect(JSON.parse(text).message).not.toBe('FORGED LINE')
  }
}

test('A-81 line ends and terminal escapes in what others send stay inside one line of the log', async () => {
  const since = lines.length
  const order = (await person.order([{ product_id: 'cup', quantity: 1 }])).json
  for (const field of ['code', 'message'] as const) {
    // WeChat's refusal is logged with its code: the one text of others that the log takes.
    const body = JSON.stringify({ code: 'NO_AUTH', message: 'x', [field]: hostile.slice(0, 64) })
    const twist = ({ url }: { url: string }) =>
      url.endsWith('/jsapi') ? { status: 403, body } : null
    await gateway.during(twist, () => person.post(`/v1/orders/${order.id}/pay`))
  }
  const escaped = encodeURIComponent(hostile)
  for (const path of [`/${escaped}`, `/v1/orders/${escaped}`, `/v1/products?cursor=${escaped}`]) {
    await pair.server.get(path, person.headers({ 'user-agent': 'a\u0085b', referer: forgedLine }))
  }
  await pair.server.post('/v1/sessions', { code: hostile })
  await pair.server.send('POST', `/wechat/pay/notify/${escaped}`, '{}', {
    'content-type': 'application/json',
  })
  judgeLines(since)
  expect(lines.slice(since).some((line) => line.includes('refused a prepay'))).toBe(true)
  // No product of ours writes a secret or an address with a query, either.
  const { app_secret: secret, apiv3_key: apiv3Key } = pair.credentials
  for (const line of lines) {
    expect(line).not.toContain(secret)
    expect(line).not.toContain(apiv3Key)
    expect(line).not.toContain('js_code=')
  }
})

const head = (more: string) =>
  `POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}`
const smuggled = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'

const conflicting: Readonly<Record<string, string>> = {
  'both lengths': `${head('content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n')}0\r\n\r\n${smuggled}`,
  'both, the other way': `${head('transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n')}0\r\n\r\n${smuggled}`,
  'two lengths': `${head('content-length: 2\r\ncontent-length: 40\r\n\r\n')}{}${smuggled}`,
  'a list of lengths': `${head('content-length: 2, 40\r\n\r\n')}{}${smuggled}`,
  'a signed length': `${head('content-length: +2\r\n\r\n')}{}${smuggled}`,
  'a negative length': `${head('content-length: -1\r\n\r\n')}{}${smuggled}`,
  'chunked is not last': `${head('transfer-encoding: chunked, identity\r\n\r\n')}0\r\n\r\n${smuggled}`,
  'an unknown encoding': `${head('transfer-encoding: xchunked\r\n\r\n')}0\r\n\r\n${smuggled}`,
  'space before the colon': `${head('transfer-encoding : chunked\r\n\r\n')}0\r\n\r\n${smuggled}`,
  'a folded header': `${head('transfer-encoding:\r\n chunked\r\n\r\n')}0\r\n\r\n${smuggled}`,
  'a chunk size with a sign': `${head('transfer-encoding: chunked\r\n\r\n')}+2\r\n{}\r\n0\r\n\r\n${smuggled}`,
  'a bare line feed in a chunk': `${head('transfer-encoding: chunked\r\n\r\n')}2\n{}\n0\n\n${smuggled}`,
  'a header with a bare return': `${head('x: a\rtransfer-encoding: chunked\r\n\r\n')}0\r\n\r\n${smuggled}`,
}

test('A-82 conflicting lengths are 400, the connection is closed, and nothing is smuggled in', async () => {
  for (const [name, bytes] of Object.entries(conflicting)) {
    const { text, closed } = await changesNothing(pair, () => rawSocket(pair.server.url, bytes))
    const statuses = text.match(/HTTP\/1\.1 \d{3}/g)
    expect([name, statuses, closed]).toEqual([name, ['HTTP/1.1 400'], true])
    expect(text).not.toContain('"status":"ok"')
    expect(text).toContain('"code":"invalid_request"')
  }
  // The control: a whole request behind a whole one is answered.
  const whole = `${smuggled}${smuggled.replace('host: x', 'host: x\r\nconnection: close')}`
  const { text } = await rawSocket(pair.server.url, whole)
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})

/** Every address of the server. A new one is added here on purpose, or it is a forgotten one. */
const documented = [
  'DELETE /admin/v1/session',
  'DELETE /admin/v1/webhook-endpoints/:id',
  'DELETE /v1/account',
  'DELETE /v1/session',
  'DELETE /v1/sessions',
  'GET /admin/v1/differences',
  'GET /admin/v1/events',
  'GET /admin/v1/ledger/balances',
  'GET /admin/v1/ledger/entries',
  'GET /admin/v1/ledger/export',
  'GET /admin/v1/ledger/seals',
  'GET /admin/v1/ledger/verification',
  'GET /admin/v1/orders',
  'GET /admin/v1/orders/:number',
  'GET /admin/v1/orders/:number/refunds',
  'GET /admin/v1/orders/:number/shipments',
  'GET /admin/v1/products',
  'GET /admin/v1/promises',
  'GET /admin/v1/reconciliations',
  'GET /admin/v1/reconciliations/:id',
  'GET /admin/v1/refunds/:id',
  'GET /admin/v1/tasks',
  'GET /admin/v1/webhook-endpoints',
  'GET /v1/orders',
  'GET /v1/orders/:id',
  'GET /v1/products',
  'GET /v1/session',
  'POST /admin/v1/differences/:id/close',
  'POST /admin/v1/events/:id/resend',
  'POST /admin/v1/orders',
  'POST /admin/v1/orders/:number/refunds',
  'POST /admin/v1/orders/:number/shipments',
  'POST /admin/v1/promises/check',
  'POST /admin/v1/reconciliations',
  'POST /admin/v1/refunds/:id/approve',
  'POST /admin/v1/refunds/:id/decline',
  'POST /admin/v1/refunds/:id/resolve',
  'POST /admin/v1/sessions',
  'POST /admin/v1/tasks/:id/resolve',
  'POST /admin/v1/webhook-endpoints',
  'POST /admin/v1/webhook-endpoints/:id/rotate',
  'POST /v1/orders',
  'POST /v1/orders/:id/cancel',
  'POST /v1/orders/:id/confirm',
  'POST /v1/orders/:id/pay',
  'POST /v1/session/phone',
  'POST /v1/sessions',
  'PUT /admin/v1/products/:id',
]

/** Not in the OpenAPI document: pages, health, and what WeChat calls. */
const beside = [
  'GET /docs',
  'GET /docs/',
  'GET /docs/*',
  'GET /docs/json',
  'GET /docs/static/index.html',
  'GET /docs/static/swagger-initializer.js',
  'GET /docs/yaml',
  'GET /healthz',
  'GET /metrics',
  'GET /openapi.json',
  'GET /readyz',
  'POST /wechat/pay/notify/:mchid',
  'POST /wechat/pay/refund-notify/:mchid',
  'GET /wechat/messages/:appid',
  'POST /wechat/messages/:appid',
]

/** Anybody may ask these; all others want to know who asks. */
const open = ['GET /v1/products', 'POST /v1/sessions']

/** Reads the router's own tree: four columns for each step down. */
function liveRoutes(app: FastifyInstance): string[] {
  const path: string[] = []
  const routes: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const found = /^(.*?[├└]── )(.+?) \(([A-Z, ]+)\)$/.exec(line)
    if (found === null) continue
    const [, indent = '', step = '', methods = ''] = found
    const depth = indent.length / 4 - 1
    path.splice(depth, path.length, step)
    for (const method of methods.split(', ')) routes.push(`${method} ${path.join('')}`)
  }
  return routes.filter((route) => !route.startsWith('HEAD ')).sort()
}

async function withApp<T>(
  consoleDir: string | null,
  look: (app: FastifyInstance) => T,
): Promise<T> {
  const parts = {
    trustProxy: false,
    operatorOfKey: () => null,
    operatorIds: [],
    readiness: async () => [],
    metrics: {},
    publicUrl: 'http://127.0.0.1',
    consoleDir,
    version: '0',
  }
  // Only registered, never asked: no route needs its ports for that.
  const app = await buildHttp({} as never, parts as never)
  try {
    await app.ready()
    return look(app)
  } finally {
    await app.close()
  }
}

test('A-83 the live routes are the documented ones and the listed pages, no more and no less', async () => {
  const live = await withApp(null, liveRoutes)
  expect(live).toEqual([...documented, ...beside].sort())
  // The console's pages, where they were built, are one route more.
  const folder = mkdtempSync(join(tmpdir(), 'minitill-console-'))
  writeFileSync(join(folder, 'index.html'), '')
  const [count, has] = await withApp(
    folder,
    (app) => [liveRoutes(app).length, app.hasRoute({ method: 'GET', url: '/console/*' })] as const,
  )
  rmSync(folder, { recursive: true, force: true })
  expect([count, has]).toEqual([live.length + 1, true])
})

test('A-83 OpenAPI tells of each of them, and each but two wants to know who asks', async () => {
  const { paths } = (await pair.server.get('/openapi.json')).json
  const told = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((m) => `${m.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(told.sort()).toEqual(documented)
  for (const route of documented) {
    const [method = '', pattern = ''] = route.split(' ')
    const url = `${pair.server.url}${pattern.replaceAll(/:\w+/g, 'x')}`
    const reply = await changesNothing(pair, () => rawRequest(url, { method }))
    if (open.includes(route)) {
      expect([200, 400, 415]).toContain(reply.status)
      continue
    }
    expect([route, reply.status]).toEqual([route, 401])
    if (method === 'GET') continue
    // Before a byte of the body is read: a broken one, and one that never comes, are 401 as well.
    const path = new URL(url).pathname
    const start = `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`
    const broken = `${start}connection: close\r\ncontent-length: 1\r\n\r\n{`
    expect((await rawSocket(pair.server.url, broken)).text).toMatch(/^HTTP\/1\.1 401 /)
    const absent = `${start}connection: close\r\ncontent-length: 60000\r\n\r\n{`
    const patience = { piece: '', everyMs: 1_000, limitMs: 300 }
    expect((await rawSocket(pair.server.url, absent, patience)).text).toMatch(/^HTTP\/1\.1 401 /)
  }
})
