// What mean for messages about refunds: WeChat's own key signed and sealed
// them, and yet their content must not give anything back. The control is the genuine twin.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, fingerprint, settledInbox } from '../support/books.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { noticeBody, signed } from './support/forge.ts'
import { changesNothing } from './support/nothing.ts'

let pair: Pair
let person: Shopper
let till: Till
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

interface Victim {
  readonly id: string
  readonly no: string
  readonly refund: string
  readonly content: Record<string, unknown>
}

/** A paid order with a refund of 600 on its way, and what WeChat would say when it arrived. */
async function victim(isAccepted = true): Promise<Victim> {
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 600)
  const seen = isAccepted ? await till.untilAccepted(refund) : await till.look(refund)
  const sql = 'SELECT transaction_id FROM payment WHERE out_trade_no = $1'
  const content = {
    mchid: pair.credentials.mchid,
    out_trade_no: no,
    transaction_id: (await pair.db.query(sql, [no])).rows[0].transaction_id,
    out_refund_no: seen.out_refund_no,
    refund_id: seen.refund_id ?? '50300000000000000000000000001',
    refund_status: 'SUCCESS',
    success_time: '2026-11-23T12:00:00+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: 2500, refund: 600, payer_total: 2500, payer_refund: 600 },
  }
  return { id, no, refund, content }
}

const refundEvent = { event_type: 'REFUND.SUCCESS' }

function message(content: unknown, envelope: object = refundEvent, original_type = 'refund') {
  const plaintext = JSON.stringify(content)
  const body = noticeBody(pair, {
    plaintext,
    envelope: { ...envelope },
    resource: { original_type },
  })
  return { body, headers: signed(pair, body) as Record<string, string> }
}

async function post({ body, headers }: ReturnType<typeof message>, more: object = {}) {
  const path = `/wechat/pay/refund-notify/${pair.credentials.mchid}`
  const text = body.toString('utf8')
  const reply = await pair.server.send('POST', path, text, { ...headers, ...more })
  await settledInbox(pair)
  return reply
}

/** Answered 200, shown once for two copies, and nothing is given back. */
async function parked(of: Victim, one: ReturnType<typeof message>, about: string) {
  const before = await balanceOf(pair, 'refunds')
  const known = (await till.tasks(about)).length
  for (const _copy of [1, 2]) expect((await post(one)).status).toBe(200)
  expect((await till.tasks(about)).length).toBe(known + 1)
  expect(await balanceOf(pair, 'refunds')).toBe(before)
  expect((await till.look(of.refund)).status).toBe('processing')
}

async function arrives({ refund, content }: Victim) {
  expect((await post(message(content))).status).toBe(200)
  await until(
    () => till.look(refund),
    ({ status }) => status === 'succeeded',
  )
}

test("refunds: A-46 ★ another merchant's refund inside a genuine message is parked", async () => {
  const one = await victim()
  await parked(one, message({ ...one.content, mchid: '1900000001' }), one.no)
  await arrives(one)
})

test('refunds: A-47 ★ one fen less or more, or another total, is parked', async () => {
  const one = await victim()
  for (const change of [{ refund: 599 }, { refund: 601 }, { total: 2499 }]) {
    const amount = { ...(one.content['amount'] as object), ...change }
    await parked(one, message({ ...one.content, amount }), one.no)
  }
  for (const refund of ['600', 600.5, -600, null, 2 ** 60]) {
    const amount = { ...(one.content['amount'] as object), refund }
    await parked(one, message({ ...one.content, amount }), 'odd_notification')
  }
  await arrives(one)
})

test('refunds: A-48 ★ an event of success whose refund_status is none is parked', async () => {
  const one = await victim()
  for (const refund_status of ['PROCESSING', 'CLOSED', 'ABNORMAL', 'success', 'NEW']) {
    await parked(one, message({ ...one.content, refund_status }), one.no)
  }
  await arrives(one)
})

test('refunds: A-49 ★ a refund of money that nobody knows is parked, or another system’s', async () => {
  const one = await victim()
  const unknown = { ...one.content, out_refund_no: 'X1', out_trade_no: 'MTUNKNOWNUNKNOWN' }
  await parked(one, message(unknown), 'MTUNKNOWNUNKNOWN')
  const foreign = { ...one.content, out_refund_no: 'X2', out_trade_no: 'OTHERSHOP-1' }
  const before = await till.tasks('')
  expect((await post(message(foreign))).status).toBe(200)
  expect(await till.tasks('')).toEqual(before)
  await arrives(one)
})

test('refunds: A-50 ★ event, original_type and content that do not fit are parked', async () => {
  const one = await victim()
  const odd = [
    message(one.content, { event_type: 'TRANSACTION.SUCCESS' }),
    message(one.content, { event_type: 'REFUND.CLOSED' }),
    message(one.content, refundEvent, 'transaction'),
    message({ ...one.content, refund_status: undefined }),
  ]
  for (const each of odd) await parked(one, each, 'odd_notification')
  await arrives(one)
})

test('refunds: A-51 ★ a path of another merchant, a forged or altered message: nothing', async () => {
  const one = await victim()
  const { body, headers } = message(one.content)
  const text = body.toString('utf8')
  const send = async (path: string, sent: string, more: object = {}) =>
    await changesNothing(pair, () =>
      pair.server.send('POST', `/wechat/pay/${path}`, sent, { ...headers, ...more }),
    )
  const { mchid } = pair.credentials
  expect((await send('refund-notify/1900000001', text)).status).toBe(404)
  expect((await send(`refund-notify/${mchid}`, `${text} `)).status).toBe(401)
  const wrong = { 'wechatpay-signature': 'AAAA' }
  expect((await send(`refund-notify/${mchid}`, text, wrong)).status).toBe(401)
  await arrives(one)
})

test('refunds: A-57 ★ a notification before our own answer ends the refund, and nothing is sent after it', async () => {
  const faults = await Promise.all(
    ['pay.refund', 'pay.refund_query'].map((point) =>
      wechat.arm({ point, kind: 'html_502', probability: 1 }),
    ),
  )
  const one = await victim(false)
  await arrives(one)
  for (const fault of faults) await wechat.disarm(fault)
  const { length } = await wechat.seen('request', '/v3/refund/domestic/refunds')
  await wechat.advance(3_600_000)
  const after = await wechat.seen('request', '/v3/refund/domestic/refunds')
  expect(after.length - length).toBeLessThanOrEqual(1)
  expect((await person.get(`/v1/orders/${one.id}`)).json.refunded_total).toBe(600)
})

test('refunds: A-43 ★ a genuine refund notice replayed is one refund', async () => {
  const one = await victim()
  await arrives(one)
  const before = await fingerprint(pair)
  const copy = message(one.content, { ...refundEvent, id: 'one-id' })
  await post(copy)
  const kept = await fingerprint(pair)
  expect(kept).not.toBe(before)
  for (let times = 0; times < 20; times += 1) expect((await post(copy)).status).toBe(200)
  expect(await fingerprint(pair)).toBe(kept)
  expect((await person.get(`/v1/orders/${one.id}`)).json.refunded_total).toBe(600)
})
