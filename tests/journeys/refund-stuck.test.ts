import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Voice } from '../support/voice.ts'
import { Wechat } from '../support/wechat.ts'

// Refunds that end badly, or only with a person's help, and refunds that others made.
let pair: Pair
let person: Shopper
let till: Till
let voice: Voice
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair()
  voice = await Voice.learn(pair)
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const force = async (refundId: string, to: string) => {
  const reply = await pair.simulator.post(`/_sim/refunds/${refundId}`, { to })
  expect(reply.status).toBe(200)
}
const orderOf = async (id: string) => (await person.get(`/v1/orders/${id}`)).json

test('an abnormal refund is a task, goes to another card sealed, and then arrives', async () => {
  const { id } = await bought(person)
  const refund = await till.refund(id, 2500)
  const { refund_id } = await till.untilAccepted(refund)
  await force(refund_id, 'ABNORMAL')
  expect(await till.until(refund, { status: 'abnormal' })).toMatchObject({ needs_decision: true })
  await till.untilTask(refund, 'refund_abnormal')
  // It stays reserved: no second refund beside it.
  expect((await till.ask(id, { amount: 1, reason: 'x' })).json.code).toBe('refund_too_much')
  const card = { bank_type: 'CMB_DEBIT', bank_account: '6225880212345678', real_name: '张三' }
  const body = { action: 'apply_abnormal_refund', type: 'USER_BANK_CARD', ...card }
  const half = await till.resolve(refund, { ...body, real_name: undefined })
  expect([half.status, half.json.errors[0].field]).toEqual([400, 'real_name'])
  await wechat.advance(1_000)
  const applied = await till.resolve(refund, body)
  expect([applied.status, applied.json.status]).toEqual([200, 'processing'])
  expect(await till.tasks(refund)).toEqual([])
  const journal = await wechat.seen('request', 'apply-abnormal-refund')
  expect(JSON.stringify(journal)).not.toMatch(/6225880212345678|张三/)
  expect(JSON.stringify(pair.log)).not.toMatch(/6225880212345678|张三/)
  await wechat.advance(7 * 60_000)
  await till.until(refund, { status: 'succeeded' })
  expect((await orderOf(id)).refunded_total).toBe(2500)
})

test('a closed refund frees its amount once, and the next one has a new number', async () => {
  const { id } = await bought(person)
  const refund = await till.refund(id, 2500)
  const { refund_id, out_refund_no } = await till.untilAccepted(refund)
  await force(refund_id, 'CLOSED')
  await till.until(refund, { status: 'closed' })
  for (const _again of [1, 2]) await till.resolve(refund, { action: 'ask' })
  await wechat.advance(61_000)
  const next = await till.refund(id, 2500)
  const accepted = await till.untilAccepted(next)
  expect(accepted.out_refund_no).not.toBe(out_refund_no)
  expect((await till.ask(id, { amount: 1, reason: 'x' })).status).toBe(409)
  await wechat.advance(61_000)
  await till.until(next, { status: 'succeeded' })
  expect((await orderOf(id)).refunded_total).toBe(2500)
})

test('a refund of the merchant platform is noticed, booked as external, and counts', async () => {
  const { id, no } = await bought(person)
  const made = await pair.simulator.post('/_sim/refunds', { out_trade_no: no, amount: 2500 })
  expect(made.status).toBe(201)
  // Nobody told us. Our own refund is refused, and the order says that money went back.
  const own = await till.refund(id, 1000)
  await passUntil(
    wechat,
    () => till.look(own),
    (refund) => refund.needs_decision,
  )
  await till.untilTask(no, 'external_refund')
  // A notification names it: it is booked, ours can never be, and gives its place up.
  const { rows } = await pair.db.query('SELECT * FROM payment WHERE out_trade_no = $1', [no])
  const before = await till.balance('refunds')
  for (const _copy of [1, 2]) expect((await tellRefund(made.json, rows[0])).status).toBe(200)
  await till.until(own, { status: 'closed', problem: 'overtaken' })
  const list = (await till.get(`/orders/${id}/refunds`)).json.data
  expect(list.find((one: { external: boolean }) => one.external)).toMatchObject({
    out_refund_no: made.json.out_refund_no,
    amount: 2500,
    status: 'succeeded',
  })
  expect((await orderOf(id)).refunded_total).toBe(2500)
  expect(await till.balance('refunds')).toBe(before + 2500)
  const kinds = (await till.tasks(no)).map(({ kind }) => kind)
  expect(kinds).not.toContain('external_refund')
  expect((await till.ask(id, { amount: 1, reason: 'x' })).json.code).toBe('refund_too_much')
})

async function tellRefund(
  made: { out_refund_no: string; refund_id: string },
  payment: { out_trade_no: string; transaction_id: string },
) {
  const { mchid } = pair.credentials
  const content = {
    mchid,
    out_trade_no: payment.out_trade_no,
    transaction_id: payment.transaction_id,
    out_refund_no: made.out_refund_no,
    refund_id: made.refund_id,
    refund_status: 'SUCCESS',
    success_time: '2026-11-23T12:00:00+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: 2500, refund: 2500, payer_total: 2500, payer_refund: 2500 },
  }
  const resource = { original_type: 'refund' }
  const body = voice.envelope(content, { event_type: 'REFUND.SUCCESS' }, resource)
  const now = String(Math.floor(pair.world.nowMs() / 1000))
  const headers = voice.headers(body, { 'Wechatpay-Timestamp': now })
  return await pair.server.send('POST', `/wechat/pay/refund-notify/${mchid}`, body, headers)
}
