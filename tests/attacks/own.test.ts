// What we would try ourselves against this code: A-93 and on.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, settledInbox } from '../support/books.ts'
import type { Reply } from '../support/http.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { noticeBody, paidContent, placed, post, signed, tell } from './support/forge.ts'
import { changesNothing, journalEnd, notedAfter } from './support/nothing.ts'
import { rawRequest } from './support/raw.ts'

let pair: Pair
let person: Shopper
let till: Till

beforeAll(async () => {
  pair = await startPair(2, { MINITILL_TRUST_PROXY: '1' })
  person = await Shopper.arrive(pair)
  till = new Till(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]

test('A-93 bytes that no id of ours has are 400 or 404 in every place of an address, never 500', async () => {
  const odd = ['%00', 'ord_1%00', '%ff', '%ed%a0%80', '%', '%zz', '..', '%2e%2e%2f', '%0d%0a', '🀄']
  const mine = ['orders/{}', 'orders/{}/pay', 'orders/{}/confirm', 'orders/{}/cancel']
  const statuses = await changesNothing(pair, async () => {
    const seen: number[] = []
    for (const text of odd) {
      for (const path of mine) {
        const url = `${pair.server.url}/v1/${path.replace('{}', text)}`
        const method = path.endsWith('{}') ? 'GET' : 'POST'
        seen.push(
          (await rawRequest(encodeIfWide(url), { method, headers: person.headers() })).status,
        )
      }
      const notify = `${pair.server.url}/wechat/pay/notify/${text}`
      const headers = { 'content-type': 'application/json' }
      seen.push((await rawRequest(encodeIfWide(notify), { headers })).status)
    }
    return seen
  })
  expect(statuses.filter((status) => ![400, 404, 405].includes(status))).toEqual([])
})

/** Node sends no character above Latin-1 in an address; a client may send its bytes. */
const encodeIfWide = (url: string): string => Buffer.from(url, 'utf8').toString('latin1')

test('A-94 an attacker with a whole IPv6 network guesses no more login codes than one with an address', async () => {
  const replies: Reply[] = []
  for (let batch = 0; batch < 12; batch += 1) {
    const guesses = Array.from({ length: 10 }, (_, index) => {
      const address = `2001:db8:1:2:${batch.toString(16)}:${index.toString(16)}::1`
      return pair.server.post(
        '/v1/sessions',
        { code: randomUUID() },
        { 'x-forwarded-for': address },
      )
    })
    replies.push(...(await Promise.all(guesses)))
  }
  expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(60)
  expect(replies.at(-1)?.status).toBe(429)
  // The neighbours are not locked out.
  const neighbour = { 'x-forwarded-for': '2001:db8:1:3::1' }
  const { code } = (await pair.simulator.post('/_sim/login', {})).json
  expect((await pair.server.post('/v1/sessions', { code }, neighbour)).status).toBe(201)
})

test('A-95 texts that no database keeps, signed by WeChat, are stored and shown, not refused for ever', async () => {
  const victim = await placed(pair, person)
  const odd = { attach: '\u0000', trade_state: 'S\u0000', bank_type: '\ud83c' }
  expect((await tell(pair, paidContent(pair, victim, odd))).status).toBe(200)
  const names = { id: 'nul-\u0000-1', event_type: 'TRANSACTION.SUCCESS', summary: '\ud83c' }
  expect((await tell(pair, paidContent(pair, victim, odd), { envelope: names })).status).toBe(200)
  const kinds = { envelope: { id: 'nul-2', event_type: 'OTHER.\u0000\ud83c' } }
  expect((await tell(pair, paidContent(pair, victim), kinds)).status).toBe(200)
  await settledInbox(pair)
  expect(await person.status(victim.id)).toBe('unpaid')
  expect((await till.get('/tasks')).status).toBe(200)
  // A name that was cut within a character stops no payment.
  const cut = { attach: 'tea \ud83c', bank_type: 'A\u0000' }
  expect((await tell(pair, paidContent(pair, victim, cut))).status).toBe(200)
  await person.untilStatus(victim.id, 'paid')
})

test('A-99 ★ a Host, X-Forwarded-Host or absolute address of the caller moves no notify_url', async () => {
  const order = (await person.order(cup)).json
  const seq = await journalEnd(pair)
  const headers = person.headers({
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
  })
  const path = `${pair.server.url}/v1/orders/${order.id}/pay`
  expect((await rawRequest(path, { headers })).status).toBe(200)
  const prepay = (await notedAfter(pair, seq)).find(({ url }) => url.endsWith('/jsapi'))
  expect(prepay?.body).toContain(order.out_trade_no)
  expect(prepay?.body).not.toContain('evil')
})

test("A-100 ★ a key used for one refund is not the key of another order's refund", async () => {
  const [first, second] = [await bought(person), await bought(person)]
  const key = randomUUID()
  const body = { amount: 100, reason: 'x' }
  const refund = await till.ask(first.id, body, key)
  expect(refund.status).toBe(202)
  await till.untilAccepted(refund.json.id)
  const other = await till.ask(second.id, body, key)
  expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused'])
  expect((await till.get(`/orders/${second.id}/refunds`)).json.data).toEqual([])
  // A person's order with the same key is another matter altogether.
  const order = await person.order(cup, key)
  expect([order.status, order.headers.get('idempotent-replayed')]).toEqual([201, null])
})

test('A-101 a field written with an escape is the same field: twice is refused, and no key is misread', async () => {
  const item = '{"product_id":"cup","quantity":1}'
  const bodies = [
    `{"items":[${item}],"\\u0069tems":[]}`,
    `{"items":[{"product_id":"cup","quantity":1,"quan\\u0074ity":99}]}`,
    `{"items":[${item}],"items\\\\":1}`,
    `{"items":[${item}],"\\u005f\\u005fproto\\u005f\\u005f":{"price":1}}`,
  ]
  for (const text of bodies) {
    const headers = person.headers({
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    })
    const send = () => pair.server.send('POST', '/v1/orders', text, headers)
    expect([text, (await changesNothing(pair, send)).status]).toEqual([text, 400])
  }
  const escaped = `{"\\u0069tems":[{"product_\\u0069d":"cup","quantity":1}]}`
  const headers = person.headers({
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  })
  expect((await pair.server.send('POST', '/v1/orders', escaped, headers)).status).toBe(201)
})

test('A-102 a query that stands there twice, or reaches for a prototype, is refused', async () => {
  const queries = [
    'limit=1&limit=2',
    'cursor=a&cursor=b',
    '__proto__=1',
    'limit[]=1',
    'constructor=1',
  ]
  for (const query of queries) {
    for (const reply of [
      await person.get(`/v1/orders?${query}`),
      await pair.server.get(`/v1/products?${query}`),
      await till.get(`/orders?${query}`),
    ]) {
      expect([query, reply.status]).toEqual([query, 400])
    }
  }
})

test("A-103 another person's cursor shows one's own orders and no one else's", async () => {
  const other = await Shopper.arrive(pair)
  for (let count = 0; count < 3; count += 1) {
    await person.order(cup)
    await other.order(cup)
  }
  const { next_cursor: cursor } = (await person.get('/v1/orders?limit=1')).json
  const seen = (await other.get(`/v1/orders?limit=100&cursor=${cursor}`)).json.data
  const own = (await other.get('/v1/orders?limit=100')).json.data
  const ids = (list: { id: string }[]) => list.map(({ id }) => id)
  expect(ids(own)).toEqual(expect.arrayContaining(ids(seen)))
  expect(ids(own)).toHaveLength(3)
})

test('A-104 ★ paying, cancelling and the notification at once: the stock is sold once and money is never lost', async () => {
  const stock = async () =>
    (await pair.db.query(`SELECT stock FROM product WHERE id = 'tea'`)).rows[0].stock
  const sales = await balanceOf(pair, 'sales')
  const before = await stock()
  const { id, no, payment } = await person.checkout([{ product_id: 'tea', quantity: 1 }])
  const at = [pair.server, pair.other]
  await Promise.all([
    person.cashier(payment),
    ...at.flatMap((one) => [
      person.post(`/v1/orders/${id}/cancel`, {}, one),
      person.post(`/v1/orders/${id}/confirm`, {}, one),
      person.post(`/v1/orders/${id}/pay`, {}, one),
    ]),
  ])
  const trades = (await pair.simulator.get('/_sim/trades')).json.data
  const trade = trades.find((one: { out_trade_no: string }) => one.out_trade_no === no)
  const isPaid = trade.trade_state === 'SUCCESS'
  await person.untilStatus(id, isPaid ? 'paid' : 'closed', 20_000)
  await settledInbox(pair)
  expect(await stock()).toBe(isPaid ? before - 1 : before)
  expect(await balanceOf(pair, 'sales')).toBe(isPaid ? sales - 990 : sales)
})

test('A-105 what anybody may ask (health, readiness, metrics, documents) tells no secret, person or amount', async () => {
  const { id, no } = await bought(person)
  const { credentials: c, adminKey, databaseUrl } = pair
  const secrets = [c.app_secret, c.apiv3_key, adminKey, databaseUrl, id, no, c.serial_no]
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs/', '/console/']) {
    const { text } = await pair.server.get(path)
    expect([path, secrets.filter((one) => text.includes(one))]).toEqual([path, []])
  }
})

test('A-106 ★ two messages with one id and other contents: the first is kept, the second pays nobody else', async () => {
  const [first, second] = [await placed(pair, person), await placed(pair, person)]
  const envelope = { id: `same-${first.no}` }
  expect((await tell(pair, paidContent(pair, first), { envelope })).status).toBe(200)
  await person.untilStatus(first.id, 'paid')
  // Only who has WeChat's keys can send it; our own asking finds the truth about the second.
  expect((await tell(pair, paidContent(pair, second), { envelope })).status).toBe(200)
  await settledInbox(pair)
  expect(await person.status(second.id)).toBe('unpaid')
  expect(await person.status(first.id)).toBe('paid')
})

test('A-107 ★ a genuine message with a second signature header, whatever stands first, is refused', async () => {
  const victim = await placed(pair, person)
  const body = noticeBody(pair, { plaintext: JSON.stringify(paidContent(pair, victim)) })
  const genuine = signed(pair, body)
  const names = Object.keys(genuine).filter((name) => name.startsWith('wechatpay-'))
  for (const name of names) {
    const doubled = { ...genuine, [name]: [String(genuine[name]), 'x'] }
    const reply = await changesNothing(pair, () => post(pair, body, doubled))
    expect([name, reply.status]).toEqual([name, 401])
  }
  expect((await post(pair, body, genuine)).status).toBe(200)
  await person.untilStatus(victim.id, 'paid')
})
