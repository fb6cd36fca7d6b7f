// Answers that are no answers: pages, wrong types, huge and missing things, redirects.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
import { digests } from './support/nothing.ts'

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
const html: FalseAnswer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><script>alert(1)</script>502 Bad Gateway</html>',
}

async function waiting(): Promise<Victim> {
  const { id, no } = await person.checkout(cup)
  const { rows } = await pair.db.query('SELECT openid FROM payment WHERE out_trade_no = $1', [no])
  return {
    id,
    no,
    total: 2_500,
    openid: rows[0].openid,
    transactionId: `4200${no.length}`.padEnd(28, '7'),
  }
}

const at =
  (part: string, answer: FalseAnswer): Twist =>
  ({ url }) =>
    url.includes(part) ? answer : null

const stillWell = async () => expect((await pair.server.get('/readyz')).status).toBe(200)

/** Asked about an order, WeChat's place says this: nothing is believed and nothing breaks. */
async function believesNothing(victim: Victim, answer: FalseAnswer): Promise<void> {
  const before = await digests(pair.db)
  await gateway.during(at(victim.no, answer), async () => {
    // Inside: the rhythm may take this second's one question, and it is told the same.
    await pair.simulator.post('/_sim/clock', { advance_ms: 1_100 })
    const reply = await person.post(`/v1/orders/${victim.id}/confirm`)
    expect([reply.status, reply.json.status]).toEqual([200, 'unpaid'])
    await until(
      async () => gateway.twisted.length,
      (asked) => asked > 0,
    )
    expect(reply.text).not.toMatch(/script|Bad Gateway/)
  })
  expect(await digests(pair.db)).toEqual(before)
  await stillWell()
}

test('A-61 signed content with wrong types, huge numbers or missing fields is unknown', async () => {
  const victim = await waiting()
  const content = paidContent(pair, victim)
  const amounts = [
    '{}',
    '[]',
    'null',
    '"2500"',
    '{"total":"2500","currency":"CNY"}',
    '{"total":2500}',
    '{"total":1e400,"currency":"CNY"}',
    '{"total":9007199254740993,"currency":"CNY"}',
    '{"total":-2500,"currency":"CNY"}',
    '{"total":2500.5,"currency":"CNY"}',
    '{"total":2500,"currency":7}',
  ]
  const texts = [
    ...amounts.map((amount) =>
      JSON.stringify({ ...content, amount: 'AMOUNT' }).replace('"AMOUNT"', amount),
    ),
    ...['appid', 'mchid', 'out_trade_no', 'trade_state', 'transaction_id', 'amount'].flatMap(
      (name) => [
        JSON.stringify({ ...content, [name]: undefined }),
        JSON.stringify({ ...content, [name]: 7 }),
        JSON.stringify({ ...content, [name]: null }),
        JSON.stringify({ ...content, [name]: ['SUCCESS'] }),
      ],
    ),
    JSON.stringify({ ...content, trade_state: 'x'.repeat(10_000) }),
    JSON.stringify({ ...content, transaction_id: '9'.repeat(10_000) }),
    '',
    'null',
    '[]',
    '7',
    '{"data":',
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  ]
  for (const text of texts) await believesNothing(victim, signedAnswer(pair, 200, text))
})

test('A-61 pages of gateways, odd statuses and bodies without an end are unknown', async () => {
  const victim = await waiting()
  const content = JSON.stringify(paidContent(pair, victim))
  const answers: FalseAnswer[] = [
    html,
    { ...html, status: 200 },
    { ...html, status: 404 },
    { status: 500, body: '' },
    { status: 204 },
    { status: 200, body: Buffer.from([0xff, 0xfe, 0x00]) },
    { status: 200, body: 'x'.repeat(3 * 1024 * 1024) },
    signedAnswer(pair, 200, `${' '.repeat(2 * 1024 * 1024)}${content}`),
    signedAnswer(pair, 201, content),
    signedAnswer(pair, 202, content),
    signedAnswer(pair, 404, content),
    signedAnswer(pair, 500, content),
  ]
  for (const answer of answers) await believesNothing(victim, answer)
})

test('A-61 fields and values that are newer than we are do not matter', async () => {
  const victim = await waiting()
  const more = { new_field: { deep: [1, { __proto__x: 1 }] }, promotion_detail: [{ odd: true }] }
  const body = JSON.stringify({ ...paidContent(pair, victim, more), bank_type: 'NEW_BANK' })
  const polluting = body.replace('{', '{"__proto__":{"polluted":1},')
  await gateway.during(at(victim.no, signedAnswer(pair, 200, polluting)), async () => {
    expect((await person.post(`/v1/orders/${victim.id}/confirm`)).json.status).toBe('paid')
  })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('A-61 prepay answers that are none give 503 and no ticket; the next try is well', async () => {
  const order = (await person.order(cup)).json
  const answers: FalseAnswer[] = [
    html,
    signedAnswer(pair, 200, {}),
    signedAnswer(pair, 200, { prepay_id: 7 }),
    signedAnswer(pair, 200, { prepay_id: '' }),
    signedAnswer(pair, 200, { prepay_id: 'x'.repeat(10_000) }),
    signedAnswer(pair, 200, { prepay_id: 'a&package=b\r\n' }),
    signedAnswer(pair, 200, ''),
    signedAnswer(pair, 204, ''),
    signedAnswer(pair, 500, { code: 7, message: { a: 1 } }),
  ]
  for (const answer of answers) {
    await gateway.during(at('/jsapi', answer), async () => {
      const reply = await person.post(`/v1/orders/${order.id}/pay`)
      expect([reply.status, reply.json.code]).toEqual([503, 'wechat_unavailable'])
      expect(reply.text).not.toMatch(/script|Bad Gateway/)
    })
  }
  await stillWell()
  expect((await person.post(`/v1/orders/${order.id}/pay`)).status).toBe(200)
})

test('A-61 login answers that are none give no account', async () => {
  const answers: FalseAnswer[] = [
    html,
    { status: 200, body: '{}' },
    { status: 200, body: '{"openid":7,"session_key":"x"}' },
    { status: 200, body: '{"openid":"","session_key":""}' },
    { status: 200, body: '{"openid":["o"],"session_key":{}}' },
    { status: 200, body: '[]' },
    { status: 200, body: 'null' },
    {
      status: 200,
      body: `{"openid":"${'o'.repeat(100_000)}","session_key":"AAAAAAAAAAAAAAAAAAAAAA=="}`,
    },
    { status: 200, body: 'x'.repeat(3 * 1024 * 1024) },
  ]
  for (const [index, answer] of answers.entries()) {
    const before = await digests(pair.db)
    await gateway.during(at('/sns/jscode2session', answer), async () => {
      const reply = await pair.server.post('/v1/sessions', { code: `odd-answer-${index}` })
      expect([index, reply.status, reply.json.code]).toEqual([index, 503, 'wechat_unavailable'])
    })
    expect(await digests(pair.db)).toEqual(before)
  }
})

test('A-62 no redirect is followed, signed or not, at pay and at login', async () => {
  const called: string[] = []
  const canary = createServer((request, reply) => {
    called.push(request.url ?? '')
    reply.end('{}')
  })
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done))
  const location = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/stolen`
  const victim = await waiting()
  const content = paidContent(pair, victim)
  const order = (await person.order(cup)).json
  for (const status of [301, 302, 303, 307, 308]) {
    const plain: FalseAnswer = { status, headers: { location }, body: '' }
    const genuine = signedAnswer(pair, status, content)
    await believesNothing(victim, plain)
    await believesNothing(victim, { ...genuine, headers: { ...genuine.headers, location } })
    await gateway.during(at('/', plain), async () => {
      expect((await person.post(`/v1/orders/${order.id}/pay`)).status).toBe(503)
      const code = `redirected-${status}`
      expect((await pair.server.post('/v1/sessions', { code })).status).toBe(503)
    })
  }
  await new Promise((done) => canary.close(done))
  expect(called).toEqual([])
})
