// Attacks on money that goes back.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, settledInbox } from '../support/books.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { noticeBody, signed } from './support/forge.ts'
import { changesNothing, notedAfter } from './support/nothing.ts'

let pair: Pair
let person: Shopper
let till: Till
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(2)
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const refunds = async (orderId: string) => (await till.get(`/orders/${orderId}/refunds`)).json.data
const there = async (no: string) =>
  (await pair.simulator.get('/_sim/refunds')).json.data.filter(
    (one: { out_trade_no: string }) => one.out_trade_no === no,
  )

test('A-66 ★ a refund above what was paid, or above what is left, is 409', async () => {
  const { id } = await bought(person)
  const above = await till.ask(id, { amount: 2501, reason: 'x' })
  expect([above.status, above.json.code]).toEqual([409, 'refund_too_much'])
  const taken = await till.refund(id, 2000)
  const rest = await till.ask(id, { amount: 501, reason: 'x' })
  expect([rest.status, rest.json.errors[0].field]).toEqual([409, 'amount'])
  expect(rest.json.errors[0].message).toContain('500')
  expect((await refunds(id)).length).toBe(1)
  // What is under way would change something by itself.
  await passUntil(
    wechat,
    () => till.look(taken),
    ({ status }) => status === 'succeeded',
  )
  // Before paying there is nothing to give back, and nothing is left behind by asking.
  const unpaid = (await person.order([{ product_id: 'cup', quantity: 1 }])).json
  const early = await changesNothing(pair, () => till.ask(unpaid.id, { amount: 1, reason: 'x' }))
  expect([early.status, early.json.code]).toEqual([409, 'order_unpaid'])
  const none = await changesNothing(pair, () => till.ask('ord_none', { amount: 1, reason: 'x' }))
  expect([none.status, none.json.code]).toEqual([404, 'not_found'])
})

test('A-67 ★ a hundred parallel parts on two servers: exactly those that fit', async () => {
  const { id, no } = await bought(person)
  const replies = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const at = index % 2 === 0 ? pair.server : pair.other
      return await till.ask(id, { amount: 900, reason: 'x' }, randomUUID(), at)
    }),
  )
  expect(replies.filter(({ status }) => status === 202).length).toBe(2)
  expect(replies.filter(({ status }) => status === 409).length).toBe(98)
  const all = await refunds(id)
  await passUntil(
    wechat,
    () => refunds(id),
    (list) => list.every((one: { status: string }) => one.status === 'succeeded'),
  )
  expect((await there(no)).length).toBe(all.length)
  expect((await person.get(`/v1/orders/${id}`)).json.refunded_total).toBe(1800)
})

test('A-68 ★ after time-outs the very same bytes and number go out again', async () => {
  const { id, no } = await bought(person)
  const since = (await notedAfter(pair, 0)).at(-1)?.seq ?? 0
  await wechat.arm({ point: 'pay.refund', kind: 'html_502', count: 2 })
  const refund = await till.refund(id, 700)
  await passUntil(
    wechat,
    () => till.look(refund),
    ({ status }) => status === 'succeeded',
  )
  const sent = (await notedAfter(pair, since)).filter(
    ({ method, url }) => method === 'POST' && url.endsWith('/v3/refund/domestic/refunds'),
  )
  expect(sent.length).toBe(3)
  expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
  expect((await there(no)).length).toBe(1)
})

test('A-69 nought, negative, broken and huge amounts and odd reasons are 400, and nothing', async () => {
  const { id } = await bought(person)
  const amounts = [0, -1, 0.5, 100.5, '100', null, [100], 1e21, undefined]
  const wrong = [
    ...amounts.map((amount) => ({ amount, reason: 'x' })),
    ...['', ' ', 'a\u0000b', '字'.repeat(27), 5, undefined].map((reason) => ({
      amount: 1,
      reason,
    })),
    { amount: 1, reason: 'x', restock: 'yes' },
    { amount: 1, reason: 'x', currency: 'USD' },
    { amount: 1, reason: 'x', out_refund_no: 'mine' },
  ]
  for (const body of wrong) {
    const reply = await changesNothing(pair, () => till.ask(id, body))
    expect([JSON.stringify(body), reply.status]).toEqual([JSON.stringify(body), 400])
    expect(reply.json.errors.length).toBeGreaterThan(0)
  }
  const path = `/admin/v1/orders/${id}/refunds`
  const bare = () => pair.server.post(path, { amount: 1, reason: 'x' }, till.headers())
  expect((await changesNothing(pair, bare)).json.code).toBe('idempotency_key_missing')
  for (let part = 1; part <= 50; part += 1) await till.refund(id, 1)
  const last = await till.ask(id, { amount: 1, reason: 'x' })
  expect([last.status, last.json.code]).toEqual([409, 'refund_limit'])
})

test("A-70 a person's token, a guessed key and none are 401, for an own paid order too", async () => {
  const { id } = await bought(person)
  const path = `/admin/v1/orders/${id}/refunds`
  const body = { amount: 2500, reason: 'mine' }
  const keys = [person.headers(), { authorization: `Bearer sk_${'b'.repeat(40)}` }, {}]
  for (const headers of keys) {
    const more = { ...headers, 'idempotency-key': randomUUID() }
    const ask = () => pair.server.post(path, body, more)
    expect((await changesNothing(pair, ask)).status).toBe(401)
    const read = () => pair.server.get(path, more)
    expect((await changesNothing(pair, read)).status).toBe(401)
  }
})

interface Paid {
  readonly no: string
  readonly transactionId: string
}

/** A message of WeChat's own key about a refund. */
async function tellRefund(paid: Paid, said: Record<string, unknown>) {
  const { mchid } = pair.credentials
  const content = {
    mchid,
    out_trade_no: paid.no,
    transaction_id: paid.transactionId,
    refund_id: '50300000000000000000000000009',
    refund_status: 'SUCCESS',
    success_time: '2026-11-23T12:00:00+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: 2500, refund: 600, payer_total: 2500, payer_refund: 600 },
    ...said,
  }
  const body = noticeBody(pair, {
    plaintext: JSON.stringify(content),
    envelope: { event_type: 'REFUND.SUCCESS' },
    resource: { original_type: 'refund' },
  })
  const path = `/wechat/pay/refund-notify/${mchid}`
  const headers = signed(pair, body) as Record<string, string>
  const reply = await pair.server.send('POST', path, body.toString('utf8'), headers)
  await settledInbox(pair)
  return reply
}

test('A-72 ★ a refund notice with another amount, order or number moves nothing and is raised', async () => {
  const { id, no } = await bought(person)
  const sql = 'SELECT transaction_id FROM payment WHERE out_trade_no = $1'
  const transactionId = (await pair.db.query(sql, [no])).rows[0].transaction_id
  const paid = { no, transactionId }
  const refund = await till.refund(id, 600)
  const { out_refund_no, refund_id } = await till.untilAccepted(refund)
  const before = await balanceOf(pair, 'refunds')
  const genuine = { out_refund_no, refund_id }
  const amount = (total: number, part: number) => ({
    ...{ total, refund: part, payer_total: total, payer_refund: part },
  })
  const lies = [
    { ...genuine, amount: amount(2500, 601) },
    { ...genuine, amount: amount(2501, 600) },
    { ...genuine, transaction_id: '4200000000000000000000000099' },
    { ...genuine, refund_id: '50300000000000000000000000099' },
    // Not ours: above what was paid, of another total, of money that nobody knows.
    { out_refund_no: 'EXT-1', amount: amount(2500, 2501) },
    { out_refund_no: 'EXT-2', amount: amount(9999, 100) },
    { out_refund_no: 'EXT-3', transaction_id: '4200000000000000000000000098' },
  ]
  for (const [index, lie] of lies.entries()) {
    expect((await tellRefund(paid, lie)).status).toBe(200)
    expect((await till.tasks(no)).length).toBe(index + 1)
  }
  expect((await till.look(refund)).status).toBe('processing')
  expect(await balanceOf(pair, 'refunds')).toBe(before)
  expect((await refunds(id)).length).toBe(1)
  // Of a number that is not ours and fits: external, booked once for two copies.
  for (const _copy of [1, 2]) {
    expect((await tellRefund(paid, { out_refund_no: 'EXT-4' })).status).toBe(200)
  }
  expect(await balanceOf(pair, 'refunds')).toBe(before + 600)
  // The genuine twin of the first lies.
  expect((await tellRefund(paid, genuine)).status).toBe(200)
  await until(
    () => till.look(refund),
    ({ status }) => status === 'succeeded',
  )
  expect((await person.get(`/v1/orders/${id}`)).json.refunded_total).toBe(1200)
})
