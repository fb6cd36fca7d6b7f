// What somebody between us and WeChat, or a WeChat gone wrong, may answer.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { paidContent, type Victim } from './support/forge.ts'
import {
  type FalseAnswer,
  type Gateway,
  signedAnswer,
  startWatchedPair,
  type Twist,
} from './support/gateway.ts'
import { digests, journalEnd, notedAfter } from './support/nothing.ts'

let pair: Pair
let gateway: Gateway
let person: Shopper

beforeAll(async () => {
  const watched = await startWatchedPair()
  pair = watched.pair
  gateway = watched.gateway
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
  await gateway.close()
})

const cup = [{ product_id: 'cup', quantity: 1 }]

let transactions = 0

/** An order with its five fields handed out, of which WeChat knows that nobody paid. */
async function waiting(): Promise<Victim> {
  const { id, no } = await person.checkout(cup)
  const { rows } = await pair.db.query('SELECT openid FROM payment WHERE out_trade_no = $1', [no])
  transactions += 1
  const transactionId = `4200${String(transactions).padStart(24, '0')}`
  return { id, no, total: 2_500, openid: rows[0].openid, transactionId }
}

const isQuery =
  (no: string, answer: () => FalseAnswer): Twist =>
  ({ method, url }) =>
    method === 'GET' && url.includes(no) ? answer() : null

/** The person asks, the false answer comes: nothing is believed. */
async function believesNothing(victim: Victim, answer: () => FalseAnswer): Promise<void> {
  const before = await digests(pair.db)
  await gateway.during(isQuery(victim.no, answer), async () => {
    const reply = await person.post(`/v1/orders/${victim.id}/confirm`)
    expect([reply.status, reply.json.status]).toEqual([200, 'unpaid'])
    expect(gateway.twisted.length).toBeGreaterThan(0)
  })
  expect(await digests(pair.db)).toEqual(before)
}

/** The control: the same answer with the one thing right pays. */
async function paysBy(victim: Victim, answer: () => FalseAnswer): Promise<void> {
  await gateway.during(isQuery(victim.no, answer), async () => {
    const look = async () => (await person.post(`/v1/orders/${victim.id}/confirm`)).json.status
    expect(await until(look, (status) => status === 'paid', 3_000)).toBe('paid')
  })
}

test("A-58 ★ a rightly signed answer with another order's or party's content is no answer", async () => {
  const victim = await waiting()
  const other = await waiting()
  const content = paidContent(pair, victim)
  const contents = [
    paidContent(pair, other),
    { ...content, out_trade_no: `${victim.no.slice(0, -1)}X` },
    {
      ...content,
      out_trade_no:
        victim.no.toLowerCase() === victim.no ? victim.no.toUpperCase() : victim.no.toLowerCase(),
    },
    { ...content, mchid: '1900000001' },
    { ...content, out_trade_no: undefined },
    { ...content, mchid: undefined },
  ]
  for (const one of contents) {
    const next = await waiting()
    const told =
      'out_trade_no' in one && one['out_trade_no'] === victim.no
        ? { ...one, out_trade_no: next.no }
        : one
    await believesNothing(next, () => signedAnswer(pair, 200, told))
  }
  await paysBy(victim, () => signedAnswer(pair, 200, content))
  expect(await person.status(other.id)).toBe('unpaid')
})

test('A-58 ★ our order with another amount, app or payer is parked, and not paid', async () => {
  const changes = [
    { amount: { total: 1, payer_total: 1, currency: 'CNY' } },
    { amount: { total: 2_500, payer_total: 2_500, currency: 'USD' } },
    { appid: 'wx1111111111111111' },
    { payer: { openid: 'oSomebodyElse_0000000000000' } },
  ]
  for (const change of changes) {
    const victim = await waiting()
    const answer = () => signedAnswer(pair, 200, paidContent(pair, victim, change))
    await gateway.during(isQuery(victim.no, answer), async () => {
      const reply = await person.post(`/v1/orders/${victim.id}/confirm`)
      expect([reply.status, reply.json.status]).toEqual([200, 'unpaid'])
    })
    const { rows } = await pair.db.query(
      `SELECT count(*)::int AS tasks FROM task WHERE subject LIKE '%' || $1 || '%'`,
      [victim.transactionId],
    )
    expect(rows[0].tasks).toBe(1)
  }
})

test("A-58 ★ a prepay_id that is another order's is no ticket for this one", async () => {
  const first = await waiting()
  const { rows } = await pair.db.query('SELECT prepay_id FROM payment WHERE out_trade_no = $1', [
    first.no,
  ])
  const order = (await person.order(cup)).json
  const isPrepay: Twist = ({ url }) =>
    url.endsWith('/jsapi') ? signedAnswer(pair, 200, { prepay_id: rows[0].prepay_id }) : null
  await gateway.during(isPrepay, async () => {
    const reply = await person.post(`/v1/orders/${order.id}/pay`)
    expect([reply.status, reply.json.code]).toEqual([503, 'wechat_unavailable'])
  })
  expect((await person.post(`/v1/orders/${order.id}/pay`)).status).toBe(200)
})

test('A-59 ★ a 200 without, with another, or with an old signature proves nothing', async () => {
  const { private_key: privateKey, serial_no: serial } = pair.credentials
  const victim = await waiting()
  const unsigned = { 'content-type': 'application/json' }
  const answers: ReadonlyArray<(content: unknown) => FalseAnswer> = [
    (content) => ({ status: 200, headers: unsigned, body: JSON.stringify(content) }),
    ...['timestamp', 'nonce', 'serial', 'signature'].map(
      (without) => (content: unknown) => signedAnswer(pair, 200, content, { without }),
    ),
    (content) => signedAnswer(pair, 200, content, { signedBody: '{}' }),
    (content) => signedAnswer(pair, 200, content, { privateKey }),
    (content) => signedAnswer(pair, 200, content, { privateKey, serial }),
    (content) => signedAnswer(pair, 200, content, { skewS: -301 }),
    (content) => signedAnswer(pair, 200, content, { skewS: 302 }),
    (content) => signedAnswer(pair, 200, content, { serial: 'F'.repeat(40) }),
  ]
  for (const answer of answers) {
    const next = await waiting()
    await believesNothing(next, () => answer(paidContent(pair, next)))
  }
  await paysBy(victim, () => signedAnswer(pair, 200, paidContent(pair, victim)))
})

test('A-59 ★ an unsigned prepay_id is not handed to the phone', async () => {
  const order = (await person.order(cup)).json
  const body = JSON.stringify({ prepay_id: 'wx26000000000000forged00000000000000' })
  const isPrepay: Twist = ({ url }) => (url.endsWith('/jsapi') ? { status: 200, body } : null)
  await gateway.during(isPrepay, async () => {
    const reply = await person.post(`/v1/orders/${order.id}/pay`)
    expect([reply.status, reply.json.code]).toEqual([503, 'wechat_unavailable'])
  })
  expect((await person.post(`/v1/orders/${order.id}/pay`)).status).toBe(200)
})

const codes = [
  'ORDERPAID',
  'ORDER_PAID',
  'ORDER_CLOSED',
  'ORDERCLOSED',
  'ORDER_NOT_EXIST',
  'RESOURCE_NOT_EXISTS',
  'OUT_TRADE_NO_USED',
  'TRADE_ERROR',
  'SIGN_ERROR',
]

test('A-60 ★ an unsigned error at prepay decides no state; WeChat is asked instead', async () => {
  for (const code of codes) {
    const order = (await person.order(cup)).json
    const body = JSON.stringify({ code, message: 'order paid 已支付' })
    const seq = await journalEnd(pair)
    const isPrepay: Twist = ({ url }) => (url.endsWith('/jsapi') ? { status: 400, body } : null)
    await gateway.during(isPrepay, () => person.post(`/v1/orders/${order.id}/pay`))
    expect([code, await person.status(order.id)]).toEqual([code, 'unpaid'])
    if (/PAID|CLOSED|USED/.test(code)) {
      const asked = await notedAfter(pair, seq)
      const queries = asked.filter(
        ({ method, url }) => method === 'GET' && url.includes(order.out_trade_no),
      )
      expect([code, queries.length]).toEqual([code, 1])
    }
    expect([code, (await person.post(`/v1/orders/${order.id}/pay`)).status]).toEqual([code, 200])
  }
})

test('A-60 ★ an unsigned error at the query decides no state', async () => {
  for (const status of [400, 403, 404, 409]) {
    for (const code of ['ORDER_NOT_EXIST', 'ORDER_CLOSED', 'ORDERPAID']) {
      const victim = await waiting()
      const body = JSON.stringify({ code, message: code, trade_state: 'SUCCESS' })
      await believesNothing(victim, () => ({ status, body }))
    }
  }
})

test('A-60 ★ an unsigned answer to our close closes nothing here, and the cashier still takes money', async () => {
  const answers: FalseAnswer[] = [
    { status: 204 },
    ...['ORDER_CLOSED', 'ORDERCLOSED', 'ORDER_NOT_EXIST', 'ORDER_PAID'].map((code) => ({
      status: 400,
      body: JSON.stringify({ code, message: code }),
    })),
  ]
  for (const answer of answers) {
    const { id, payment } = await person.checkout(cup)
    const isClose: Twist = ({ url }) => (url.endsWith('/close') ? answer : null)
    await gateway.during(isClose, async () => {
      await person.post(`/v1/orders/${id}/cancel`)
      expect(gateway.twisted.length).toBeGreaterThan(0)
      expect(await person.status(id)).toBe('unpaid')
      // WeChat never closed it, so that the person can still pay: then it is paid, not closed.
      await person.cashier(payment)
      await person.untilStatus(id, 'paid')
    })
  }
})
