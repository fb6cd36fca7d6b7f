// The smallest world that the phone can live in: for the phone's own tests only.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastify, { type FastifyInstance } from 'fastify'
import { registerPage } from '../../simulator/page/routes.ts'

export const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), 'fixtures')

export interface FakeWorld {
  url: string
  /** Every call of the control API that changed something, in order. */
  calls: { path: string; body: Record<string, unknown> }[]
  /** Answer of the next previews; tests change it. */
  bill: {
    ok: boolean
    errMsg: string | null
    dialog: string | null
    total: number
    balance: number
  }
  /** Templates that the simulator knows. */
  templates: object[]
  /** What landed on phones. */
  cards: object[]
  /** What wx.checkSession is told. */
  session: string
  /** Why a receipt can't be confirmed; "" when it can. */
  receiptTrouble: string
  stop(): Promise<void>
}

const STATE = {
  now: '2026-11-23T10:24:00.000+08:00',
  offset_ms: 0,
  seed: 'fake',
  apps: [{ appid: 'wx0000000000abcd', name: '白茶小铺' }],
  merchants: [{ mchid: '1999900001', appids: ['wx0000000000abcd'], verification: 'both' }],
  people: [
    { id: 'p1', name: '小林', phone: '13812348000', balance: 100_000 },
    { id: 'p2', name: '阿穷', phone: '13912349000', balance: 100 },
  ],
  armed_faults: [],
  counts: { trades: 0, refunds: 0, notifications_pending: 0 },
}

const SERVICES = ['subscriptions', 'receipts', 'check-session']

const JOURNAL = [
  {
    seq: 1,
    at: '2026-11-23T10:23:58.120+08:00',
    kind: 'request',
    method: 'POST',
    url: '/v3/pay/transactions/jsapi',
    headers: { authorization: 'WECHATPAY2-SHA256-RSA2048 ***' },
    body: '{"out_trade_no":"MT1"}',
    answer: { status: 401, headers: {}, body: { code: 'SIGN_ERROR' } },
    verification: {
      ok: false,
      diagnosis: {
        code: 'body_differs',
        en: 'The body that was signed is not the body that was sent.',
        zh: '签名所用的报文主体与收到的不一致。',
        expected: '{"out_trade_no":"MT1"}',
        received: '{ "out_trade_no": "MT1" }',
      },
    },
  },
  {
    seq: 2,
    at: '2026-11-23T10:23:59.480+08:00',
    kind: 'notification',
    method: 'POST',
    url: 'http://127.0.0.1:4000/wechat/pay/notify/1999900001',
    headers: { 'wechatpay-serial': 'PUB_KEY_ID_0000000000123' },
    body: '{"id":"n1"}',
    plaintext: '{"trade_state":"SUCCESS"}',
    answer: { status: 204, headers: {}, body: '' },
    verification: { ok: true },
  },
]
const TRADES = [
  {
    out_trade_no: 'MT2026112300001',
    transaction_id: '4200002026112300000001',
    trade_state: 'SUCCESS',
    description: '明前龙井 × 2',
    amount: { total: 5600 },
  },
]

/** What the cashier shows unless a test says otherwise: amounts in fen. */
export const FULL_BILL = { ok: true, errMsg: null, dialog: null, total: 5600, balance: 100_000 }

/** Starts page, control API and a small backend on one free loopback port. */
export async function startFakeWorld(appFolder: string): Promise<FakeWorld> {
  const app = fastify({ forceCloseConnections: true })
  const calls: FakeWorld['calls'] = []
  const bill = { ...FULL_BILL }
  const world: FakeWorld = {
    ...{
      url: '',
      calls,
      bill,
      templates: [],
      cards: [],
      session: 'checkSession:ok',
      receiptTrouble: '',
    },
    stop: () => app.close().then(() => undefined),
  }
  mountControl(app, world)
  mountBackend(app)
  const origins: string[] = []
  registerPage(app, {
    appFolder,
    world: {
      defaultAppid: () => 'wx0000000000abcd',
      allowedOrigins: () => origins,
      sendsTwice: () => false,
    },
  })
  world.url = await app.listen({ host: '127.0.0.1', port: 0 })
  origins.push(world.url)
  return world
}

function mountControl(app: FastifyInstance, world: FakeWorld): void {
  app.get('/_sim/state', async () => STATE)
  app.get<{ Querystring: { after?: string } }>('/_sim/journal', async (request) => ({
    data: JOURNAL.filter((entry) => entry.seq > Number(request.query.after ?? 0)),
    next: JOURNAL.length,
  }))
  app.get('/_sim/journal/stream', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    const hello = JSON.stringify({ seq: JOURNAL.length, since: 1, program: '' })
    reply.raw.write(`event: hello\ndata: ${hello}\n\n`)
    for (const entry of JOURNAL) {
      reply.raw.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`)
    }
  })
  app.get('/_sim/refunds', async () => ({ data: [] }))
  app.get('/_sim/trades', async () => ({ data: TRADES }))
  app.get('/_sim/clock', async () => ({ now: STATE.now, offset_ms: 0 }))
  app.get('/_sim/faults', async () => ({
    armed: [],
    presets: ['notify lost all day', 'answer lost after effect', 'paid during close'],
    points: [],
    kinds: [],
  }))
  app.get('/_sim/messages', async () => ({ data: world.cards }))
  app.get('/_sim/templates', async () => ({ data: world.templates }))
  app.post('/_sim/cashier/preview', async () => ({
    ...world.bill,
    merchant_name: '白茶小铺',
    description: '明前龙井 × 2',
  }))
  const changes = ['login', 'phone-code', 'cashier', 'faults', 'clock', ...SERVICES].map(
    (name) => `/_sim/${name}`,
  )
  for (const path of changes) {
    app.post<{ Body: Record<string, unknown> }>(path, async (request) => {
      world.calls.push({ path, body: request.body })
      if (path === '/_sim/check-session') return { errMsg: world.session }
      if (path === '/_sim/receipts') return receiptAnswer(world, request.body)
      if (path !== '/_sim/cashier') return { code: `code${world.calls.length}` }
      return cashierAnswer(String(request.body['action']))
    })
  }
}

/** What the simulator says about a receipt that is looked at, then confirmed. */
function receiptAnswer(world: FakeWorld, body: Record<string, unknown>): object {
  if (world.receiptTrouble !== '') return { status: 'fail', errormsg: world.receiptTrouble }
  const ids = { transaction_id: '4200001', merchant_id: '1999900001', merchant_trade_no: 'MT1' }
  const order = { ...ids, description: '明前龙井 × 2', total: 5600 }
  return { status: body['action'] === 'confirm' ? 'success' : 'ready', order }
}

function cashierAnswer(action: string): object {
  const gone = action === 'leave'
  const errMsg = action === 'pay' ? 'requestPayment:ok' : 'requestPayment:fail cancel'
  const dialog = action === 'insufficient_balance' ? '零钱余额不足' : null
  return {
    errMsg: gone ? null : errMsg,
    trade_state: action === 'pay' ? 'SUCCESS' : 'NOTPAY',
    dialog,
  }
}

function mountBackend(app: FastifyInstance): void {
  app.all('/backend/echo', async (request) => ({
    method: request.method,
    query: request.query,
    body: request.body ?? null,
    referer: request.headers.referer ?? null,
    contentType: request.headers['content-type'] ?? null,
    authorization: request.headers.authorization ?? null,
    cookie: request.headers.cookie ?? null,
  }))
  app.get('/backend/cookie', async (_request, reply) => {
    return reply.header('set-cookie', 'session=1; Path=/').send({})
  })
  app.get('/backend/refused', async (_request, reply) => reply.code(401).send({ code: 'no' }))
  app.get('/backend/text', async (_request, reply) => reply.type('text/plain').send('plain text'))
  app.get('/backend/broken', async (_request, reply) => reply.code(500).send({ code: 'broken' }))
  app.get('/backend/away', async (_request, reply) => reply.redirect('http://127.0.0.1:9/x', 302))
  app.get('/backend/slow', (_request, reply) => {
    reply.hijack()
    reply.raw.on('close', () => undefined)
  })
}
