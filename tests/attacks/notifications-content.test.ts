// Notifications that WeChat's own key signed and sealed, whose content must not pay.
// The control of each is the same message with the one thing right.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import {
  noticeBody,
  paidContent,
  placed,
  post,
  signed,
  tell,
  type Victim,
} from './support/forge.ts'
import { changesNothing } from './support/nothing.ts'
import { forgetParties, second, withSecondMerchant } from './support/second-merchant.ts'

let pair: Pair
let person: Shopper

beforeAll(async () => {
  pair = await startPair(1, {}, { settings: withSecondMerchant })
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
  forgetParties()
})

/** Everything handled: no message waits for its job. */
async function handled(): Promise<void> {
  const look = async () =>
    (await pair.db.query(`SELECT count(*)::int AS n FROM inbox WHERE status = 'new'`)).rows[0].n
  await until(look, (waiting) => waiting === 0)
}

interface Records {
  readonly tasks: number
  readonly entries: number
  readonly events: number
  readonly suspense: number
  readonly sales: number
}

async function records(): Promise<Records> {
  const { rows } = await pair.db.query(`
    SELECT (SELECT count(*)::int FROM task) AS tasks,
           (SELECT count(*)::int FROM entry) AS entries,
           (SELECT count(*)::int FROM event WHERE type = 'payment.parked') AS events,
           (SELECT coalesce(sum(amount_fen), 0)::int FROM posting WHERE account = 'suspense')
             AS suspense,
           (SELECT coalesce(sum(amount_fen), 0)::int FROM posting WHERE account = 'sales') AS sales`)
  return rows[0]
}

/** Told twice: parked once, answered 2xx, and nothing is granted. `suspense` in fen. */
async function parked(victim: Victim, act: () => Promise<{ status: number }>, suspense: number) {
  const before = await records()
  for (const _copy of [1, 2]) {
    expect((await act()).status).toBe(200)
    await handled()
  }
  const after = await records()
  expect(after).toEqual({
    tasks: before.tasks + 1,
    entries: before.entries + (suspense === 0 ? 0 : 1),
    events: before.events + 1,
    suspense: before.suspense - suspense,
    sales: before.sales,
  })
  expect(await person.status(victim.id)).toBe('unpaid')
}

async function pays(victim: Victim): Promise<void> {
  const { sales } = await records()
  expect((await tell(pair, paidContent(pair, victim))).status).toBe(200)
  await person.untilStatus(victim.id, 'paid')
  expect((await records()).sales).toBe(sales - victim.total)
}

/** One notification id for both copies: WeChat repeats the message under its id. */
const once = (victim: Victim, more: Record<string, unknown>, parts = {}) => {
  const envelope = { id: `copy-${victim.no}-${JSON.stringify(more).length}` }
  return () => tell(pair, paidContent(pair, victim, more), { envelope, ...parts })
}

test("A-46 ★ another merchant's or app's payment inside a genuine message is parked", async () => {
  const victim = await placed(pair, person)
  await parked(victim, once(victim, { mchid: '1900000001' }), 0)
  await parked(victim, once(victim, { appid: 'wx1111111111111111' }), 0)
  // The payer is a party as well: money of somebody else for this order is looked at by a person.
  await parked(victim, once(victim, { payer: { openid: 'oSomebodyElse_0000000000000' } }), 2_500)
  await pays(victim)
})

test('A-47 ★ one fen less, one more, or another currency is parked, and does not pay', async () => {
  const victim = await placed(pair, person)
  const amount = { payer_total: victim.total, payer_currency: 'CNY' }
  const less = { ...amount, total: victim.total - 1, currency: 'CNY' }
  const more = { ...amount, total: victim.total + 1, currency: 'CNY' }
  await parked(victim, once(victim, { amount: less }), victim.total - 1)
  await parked(
    victim,
    once(victim, { amount: { ...more } }, { envelope: { id: 'one-more' } }),
    victim.total + 1,
  )
  const dollars = { ...amount, total: victim.total, currency: 'USD' }
  await parked(victim, once(victim, { amount: dollars }, { envelope: { id: 'dollars' } }), 0)
  await pays(victim)
})

test('A-47 ★ amounts that are no whole fen are parked without reading money out of them', async () => {
  const victim = await placed(pair, person)
  const odd = [`${victim.total}`, victim.total + 0.5, -victim.total, null, [victim.total], 2 ** 60]
  for (const [index, total] of odd.entries()) {
    const amount = { total, payer_total: victim.total, currency: 'CNY' }
    const envelope = { id: `odd-amount-${index}` }
    await parked(victim, once(victim, { amount }, { envelope }), 0)
  }
  const less = { total: victim.total, payer_total: 1, currency: 'CNY', payer_currency: 'CNY' }
  // A coupon of WeChat's lowers what the payer paid, never what the order is worth.
  expect((await tell(pair, paidContent(pair, victim, { amount: less }))).status).toBe(200)
  await person.untilStatus(victim.id, 'paid')
})

test('A-48 ★ a message of success whose trade_state is none is parked', async () => {
  const states = ['NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR', 'success', 'NEW_STATE']
  for (const trade_state of states) {
    const victim = await placed(pair, person)
    const envelope = { id: `state-${trade_state}` }
    await parked(victim, once(victim, { trade_state }, { envelope }), 0)
    if (trade_state === 'NOTPAY') await pays(victim)
  }
})

test('A-49 ★ an unknown out_trade_no is parked in suspense; one of another system is left alone', async () => {
  const victim = await placed(pair, person)
  const unknown = { ...victim, no: `${victim.no.slice(0, -4)}ZZZZ` }
  const envelope = { id: 'unknown-number' }
  const act = () => tell(pair, paidContent(pair, unknown), { envelope })
  await parked(victim, act, victim.total)
  const before = await records()
  expect((await tell(pair, paidContent(pair, { ...victim, no: 'OTHERSHOP-1' }))).status).toBe(200)
  await handled()
  expect(await records()).toEqual(before)
  await pays(victim)
})

test('A-50 ★ event, original_type and content that do not fit each other are parked', async () => {
  const victim = await placed(pair, person)
  const content = paidContent(pair, victim)
  const refund = {
    mchid: pair.credentials.mchid,
    out_trade_no: victim.no,
    transaction_id: victim.transactionId,
    out_refund_no: 'R1',
    refund_id: '50000000001',
    refund_status: 'SUCCESS',
    success_time: '2026-11-23T12:00:00+08:00',
    user_received_account: '零钱',
    amount: {
      total: victim.total,
      refund: victim.total,
      payer_total: victim.total,
      payer_refund: victim.total,
    },
  }
  const cases = [
    [content, 'REFUND.SUCCESS', 'transaction'],
    [content, 'REFUND.SUCCESS', 'refund'],
    [content, 'TRANSACTION.SUCCESS', 'refund'],
    [content, 'TRANSACTION.SUCCESS', 'profitsharing'],
    [refund, 'TRANSACTION.SUCCESS', 'transaction'],
    [refund, 'TRANSACTION.SUCCESS', 'refund'],
    [refund, 'REFUND.SUCCESS', 'transaction'],
  ] as const
  for (const [told, event_type, original_type] of cases) {
    const id = `odd-${event_type}-${original_type}-${told === refund}`
    const parts = { envelope: { id, event_type }, resource: { original_type } }
    await parked(victim, () => tell(pair, told, parts), 0)
  }
  await pays(victim)
})

test("A-51 ★ merchant A's message on merchant B's path is not even opened", async () => {
  const victim = await placed(pair, person)
  const plaintext = JSON.stringify(paidContent(pair, victim))
  const ofA = noticeBody(pair, { plaintext })
  const ofB = noticeBody(pair, { plaintext, apiv3Key: second.apiv3Key })
  const byB = { mchid: second.mchid }
  const refused = [
    [ofA, signed(pair, ofA), second.mchid],
    [ofA, signed(pair, ofA, byB), second.mchid],
    [ofB, signed(pair, ofB), second.mchid],
    [ofB, signed(pair, ofB, byB), pair.credentials.mchid],
    [ofA, signed(pair, ofA, byB), pair.credentials.mchid],
    [ofA, signed(pair, ofA), '1900000001'],
  ] as const
  for (const [body, headers, path] of refused) {
    const reply = await changesNothing(pair, () => post(pair, body, headers, path))
    expect([401, 404]).toContain(reply.status)
    expect(reply.json.code).toBe('FAIL')
  }
  // Rightly signed and sealed for B, but about A's payment: B's path has no say about it.
  const bySecond = () => post(pair, ofB, signed(pair, ofB, byB), second.mchid)
  await parked(victim, bySecond, 0)
  await pays(victim)
})
