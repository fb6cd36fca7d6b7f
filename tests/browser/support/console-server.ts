// A stand-in for the server: the console's page as built, and the admin API with made-up data.
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { buildPage, DIST } from '../../../console/build.ts'
import { BALANCES, ORDERS, PRODUCTS, PROMISES, pageOf, type Row, TASKS } from './console-shop.ts'

export const KEY = 'sk_test_of_the_console'
export const TOKEN = 'mt_test_of_the_console'

/** The policy of server/http/console.ts: a page that needs more than this is a broken one. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'"

/** What the tests turn, and what they look at afterwards. */
export interface Stand {
  url: string
  /** Whether the console's session still stands. */
  sessionStands: boolean
  empty: boolean
  notReady: string[]
  /** Paths that answer 500 now. */
  broken: Set<string>
  products: Row[]
  balances: Row[]
  promises: Row[]
  changes: { id: string; body: unknown }[]
  stop(): Promise<void>
}

export async function startStand(): Promise<Stand> {
  await buildPage()
  const app = Fastify()
  const stand: Stand = {
    url: '',
    sessionStands: false,
    empty: false,
    notReady: [],
    broken: new Set(),
    products: structuredClone(PRODUCTS),
    balances: BALANCES,
    promises: PROMISES,
    changes: [],
    stop: () => app.close(),
  }
  await app.register(fastifyStatic, {
    root: DIST,
    prefix: '/console/',
    setHeaders: (response) => {
      response.header('content-security-policy', POLICY)
    },
  })
  app.get('/readyz', async (_request, reply) => {
    if (stand.notReady.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not_ready', reasons: stand.notReady })
  })
  addAdminApi(app, stand)
  stand.url = await app.listen({ host: '127.0.0.1', port: 0 })
  return stand
}

function addAdminApi(app: FastifyInstance, stand: Stand): void {
  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    if (!path.startsWith('/admin/')) return
    const begins = path === '/admin/v1/sessions'
    const wanted = begins ? KEY : TOKEN
    const stands = begins || stand.sessionStands
    if (!stands || request.headers.authorization !== `Bearer ${wanted}`) {
      return problem(reply, 401, 'unauthenticated', 'A valid key is needed.')
    }
    if (stand.broken.has(path)) return problem(reply, 500, 'internal_error', 'It broke on purpose.')
    return
  })
  const list = (rows: Row[], request: FastifyRequest): Row =>
    pageOf(stand.empty ? [] : rows, queryOf(request)['cursor'])
  app.post('/admin/v1/sessions', async (_request, reply) => {
    stand.sessionStands = true
    return reply.code(201).send({ token: TOKEN, expires_at: '2026-01-01T12:00:00.000Z' })
  })
  app.delete('/admin/v1/session', async (_request, reply) => {
    stand.sessionStands = false
    return reply.code(204).send()
  })
  app.get('/admin/v1/orders', async (request) => {
    const { status } = queryOf(request)
    const rows = ORDERS.filter((order) => status === undefined || order['status'] === status)
    return list(rows, request)
  })
  app.get('/admin/v1/tasks', async (request) => list(TASKS, request))
  app.get('/admin/v1/products', async (request) => list(stand.products, request))
  app.get('/admin/v1/ledger/balances', async (request) => list(stand.balances, request))
  app.get('/admin/v1/promises', async (request) => list(stand.promises, request))
  app.post('/admin/v1/promises/check', async (_request, reply) => {
    stand.promises = PROMISES.map((one) => ({
      ...one,
      status: 'kept',
      broken_count: 0,
      broken: [],
    }))
    return reply.code(202).send({ status: 'asked' })
  })
  app.put<{ Params: { id: string }; Body: Row }>('/admin/v1/products/:id', async (request) => {
    const { id } = request.params
    stand.changes.push({ id, body: request.body })
    stand.products = stand.products.map((one) =>
      one['id'] === id ? { ...one, ...request.body } : one,
    )
    return stand.products.find((one) => one['id'] === id)
  })
}

function queryOf(request: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(new URL(request.url, 'http://stand').searchParams)
}

function problem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ status, code, detail }))
}
