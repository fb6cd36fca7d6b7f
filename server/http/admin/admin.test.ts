import { afterMs, fen, instant, parseMchid, parseRfc3339 } from '@minitill/protocol/model'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../tests/support/database.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { systemRandom } from '../../adapters/random/index.ts'
import { databaseSessions } from '../../adapters/sessions/database.ts'
import { importCatalogue } from '../../flows/import-catalogue.ts'
import { whoOperates } from '../../flows/operate.ts'
import type { Ports } from '../../ports/index.ts'
import { type Database, openDatabase, openPool } from '../../store/database.ts'
import { openStore } from '../../store/index.ts'
import { buildHttp } from '../server.ts'

const key = `sk_${'k'.repeat(40)}`
let fresh: Awaited<ReturnType<typeof freshDatabase>>
let db: Database
let ports: Ports
let app: FastifyInstance

/** The real store over a database of our own; WeChat is not asked by any of these routes. */
async function openPorts(): Promise<Ports> {
  fresh = await freshDatabase()
  db = openDatabase(openPool({ url: fresh.url }, 4))
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  return {
    clock: systemClock(),
    random: systemRandom(),
    log: quiet,
    meter: { count: () => {} },
    points: { reach: async () => {} },
    parties: { mchids: [], appids: [], defaultAppid: 'wx0000000000000001' },
    sessions: databaseSessions(db),
    store: openStore(db, () => ({ enqueue: async () => {} })),
  } as unknown as Ports
}

beforeAll(async () => {
  ports = await openPorts()
  app = await buildHttp(ports, {
    trustProxy: false,
    operatorOfKey: (presented) => (presented === key ? 'operator_test' : null),
    operatorIds: ['operator_test'],
    readiness: async () => [],
    metrics: { request: () => {}, page: async () => ({ contentType: 'text/plain', text: '' }) },
    publicUrl: 'http://127.0.0.1:1',
    consoleDir: null,
    version: '0',
  })
  await app.ready()
  await importCatalogue(ports, [product('a', 1), product('b', 2)])
})
afterAll(async () => {
  await app.close()
  await db.destroy()
  await fresh.drop()
})

const product = (id: string, position: number) => ({
  id,
  name: `tea ${id}`,
  description: '',
  priceFen: fen(100),
  currency: 'CNY' as const,
  stock: 5,
  imageUrl: '',
  active: true,
  position,
})
const get = (url: string, headers = { authorization: `Bearer ${key}` }) =>
  app.inject({ method: 'GET', url, headers })
const put = (id: string, payload: object) =>
  app.inject({
    method: 'PUT',
    url: `/admin/v1/products/${id}`,
    headers: { authorization: `Bearer ${key}` },
    payload,
  })
const change = { name: 'new', price: 250, stock: 3 }

test('every admin route is closed without the key, before it reads anything', async () => {
  const routes = ['orders', 'orders/x', 'products', 'tasks', 'ledger/balances']
  const answers = [
    ...(await Promise.all(routes.map((r) => get(`/admin/v1/${r}?nonsense=1`, {} as never)))),
    await get('/admin/v1/orders', { authorization: 'Bearer mt_some_person' }),
    await get('/admin/v1/orders', { authorization: `Bearer ${key}x` }),
    await app.inject({ method: 'PUT', url: '/admin/v1/products/a', payload: { odd: 1 } }),
    await get(`/admin/v1/orders?key=${key}`, { authorization: '' }),
  ]
  for (const answer of answers) {
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated'])
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
  }
})

test('the operator key opens nothing of the mini program API', async () => {
  expect((await get('/v1/orders')).statusCode).toBe(401)
  expect((await get('/v1/session')).statusCode).toBe(401)
})

/** A console session, begun with the key. */
async function begun(): Promise<{ token: string; expires_at: string }> {
  const reply = await app.inject({
    method: 'POST',
    url: '/admin/v1/sessions',
    headers: { authorization: `Bearer ${key}` },
  })
  expect(reply.statusCode).toBe(201)
  return reply.json()
}

const withToken = (url: string, token: string, method: 'GET' | 'POST' | 'DELETE' = 'GET') =>
  app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })

test('the key begins a console session; its token opens /admin and nothing of /v1', async () => {
  const { token, expires_at } = await begun()
  expect(token).toMatch(/^mt_[A-Za-z0-9_-]{43}$/)
  const hours = (Date.parse(expires_at) - Date.now()) / 3_600_000
  expect(hours).toBeGreaterThan(11.9)
  expect(hours).toBeLessThanOrEqual(12)
  expect((await withToken('/admin/v1/orders', token)).statusCode).toBe(200)
  expect((await withToken('/v1/session', token)).statusCode).toBe(401)
  expect((await withToken('/v1/orders', token)).statusCode).toBe(401)
})

test('only the key begins a session: no token makes another', async () => {
  const { token } = await begun()
  expect((await withToken('/admin/v1/sessions', token, 'POST')).statusCode).toBe(401)
})

test('a console session that was ended opens nothing more', async () => {
  const { token } = await begun()
  expect((await withToken('/admin/v1/session', token, 'DELETE')).statusCode).toBe(204)
  expect((await withToken('/admin/v1/orders', token)).statusCode).toBe(401)
})

test('sessions of the staff die with the key that began them', async () => {
  const { token } = await begun()
  expect(await whoOperates(ports, ['operator_test'], token)).toMatchObject({ scope: 'operator' })
  expect(await whoOperates(ports, ['operator_of_another_key'], token)).toBeNull()
  expect(await whoOperates(ports, ['operator_test'], token)).toBeNull()
})

test('sessions of the staff end after two hours unused and after twelve in any case', async () => {
  const start = ports.clock.now()
  const at = (ms: number): Ports => ({
    ...ports,
    clock: { ...ports.clock, now: () => instant(ms) },
  })
  const hour = 3_600_000
  const unused = await begun()
  expect(await whoOperates(at(start + 2.1 * hour), ['operator_test'], unused.token)).toBeNull()
  const used = await begun()
  for (let hours = 1; hours < 12; hours += 1) {
    const there = at(start + hours * hour)
    expect(await whoOperates(there, ['operator_test'], used.token)).not.toBeNull()
  }
  expect(await whoOperates(at(start + 12.1 * hour), ['operator_test'], used.token)).toBeNull()
})

test('a product is changed and added, and the shop shows only what is for sale', async () => {
  expect((await put('a', { ...change, active: false })).json()).toMatchObject({
    id: 'a',
    price: 250,
    active: false,
  })
  expect((await put('c', change)).statusCode).toBe(200)
  const all = (await get('/admin/v1/products')).json()
  expect(all.data.map((p: { id: string }) => p.id)).toEqual(['a', 'b', 'c'])
  const shop = (await app.inject({ method: 'GET', url: '/v1/products' })).json()
  expect(shop.data.map((p: { id: string }) => p.id)).toEqual(['b', 'c'])
  expect(shop.data[0]).not.toHaveProperty('active')
})

test('an import adds what is missing and never touches stock and price of what is there', async () => {
  const again = await importCatalogue(ports, [product('a', 1), product('z', 3)])
  expect(again).toEqual({ added: 1, kept: 1 })
  const [a] = await ports.store.read.products.byIds(['a'])
  expect(a).toMatchObject({ priceFen: 250, stock: 3, active: false })
})

test('wrong products are refused field by field', async () => {
  const wrong = { name: ' ', price: 0, stock: -1, image_url: 'javascript:alert(1)', role: 'x' }
  const fields = (await put('a', wrong)).json().errors.map((e: { field: string }) => e.field)
  expect(fields.toSorted()).toEqual(['image_url', 'name', 'price', 'role', 'stock'])
  expect((await put('a b', change)).json().errors[0].field).toBe('path.id')
})

test('lists are paged without gap or repetition, and a foreign cursor is refused', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { data: { id: string }[]; next_cursor: string | null } = (
      await get(`/admin/v1/products?limit=1${cursor && `&cursor=${cursor}`}`)
    ).json()
    seen.push(...page.data.map((p) => p.id))
    cursor = page.next_cursor
  }
  expect(seen).toEqual(['a', 'b', 'z', 'c'])
  const forged = [
    "' OR 1=1",
    'AAAA',
    Buffer.from('{"position":1e99,"id":"a"}').toString('base64url'),
  ]
  for (const one of forged) {
    const answer = await get(`/admin/v1/products?cursor=${encodeURIComponent(one)}`)
    expect([answer.statusCode, answer.json().errors[0].field]).toEqual([400, 'query.cursor'])
  }
  for (const limit of ['0', '101', '1e1', '-1', 'x']) {
    expect((await get(`/admin/v1/products?limit=${limit}`)).statusCode).toBe(400)
  }
})

test('a parked task is shown with a sentence in both languages', async () => {
  await ports.store.transaction((tx) =>
    tx.tasks.open({
      id: 'tsk_1',
      kind: 'late_money',
      subject: 'transaction:42',
      reason: 'late_money',
      detail: { amount_fen: 100 },
      status: 'open',
      createdAtMs: instant(1_790_000_000_000),
      resolvedAtMs: null,
      resolution: null,
    }),
  )
  const { data } = (await get('/admin/v1/tasks?status=open')).json()
  expect(data).toHaveLength(1)
  expect(data[0].title).toEqual({ en: 'Money for a closed order', zh: '已关闭订单收到付款' })
  expect((await get('/admin/v1/tasks?status=resolved')).json().data).toEqual([])
})

test('balances are whole fen at an instant; a time that is none is refused', async () => {
  await ports.store.transaction(async (tx) => {
    const postings = [
      { account: 'wechat_receivable', amountFen: 300 },
      { account: 'sales', amountFen: -300 },
    ] as const
    // Paid a moment before midnight in Beijing, told a moment after it.
    const happenedAtMs = parseRfc3339('2026-09-21T23:59:59.999+08:00')
    const when = { happenedAtMs, atMs: afterMs(happenedAtMs, 5), mchid: parseMchid('1999900001') }
    await tx.ledger.append({ id: 'ent_1', subject: 's', transition: 't', ...when, postings })
  })
  const at = (time: string, more = '') =>
    get(`/admin/v1/ledger/balances?at=${encodeURIComponent(time)}${more}`)
  expect((await at('2027-01-01T00:00:00Z')).json().data).toEqual([
    { account: 'sales', amount: -300, currency: 'CNY' },
    { account: 'wechat_receivable', amount: 300, currency: 'CNY' },
  ])
  expect((await at('2026-01-01T00:00:00Z')).json().data).toEqual([])
  const { merchants } = (await at('2026-09-21')).json()
  expect(merchants.map(({ mchid, amount }: { mchid: string; amount: number }) => [mchid, amount]))
    // The bill of that day has it; the books of that evening did not yet.
    .toEqual([
      ['1999900001', -300],
      ['1999900001', 300],
    ])
  expect((await at('2026-09-20')).json().merchants).toEqual([])
  expect((await at('2026-09-21', '&by=booked')).json().merchants).toEqual([])
  expect((await at('2026-09-22', '&by=booked')).json().merchants).toEqual(merchants)
  expect((await at('2026-09-21', '&by=chance')).json().errors[0].field).toBe('query.by')
  expect((await at('2026-02-30')).json().errors[0].field).toBe('query.at')
  expect((await at('yesterday')).json().errors[0].field).toBe('query.at')
})
