import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Gateway,
  signedAnswer,
  startWatchedPair,
  type Twist,
} from '../attacks/support/gateway.ts'
import { approverKey, type Pair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// A large refund needs two people: one asks, another agrees.
let pair: Pair
let gateway: Gateway
let person: Shopper
let till: Till
let second: Till
let wechat: Wechat

beforeAll(async () => {
  const limit = { MINITILL_APPROVE_REFUNDS_FROM: '2500', MINITILL_APPROVER_KEY: approverKey }
  const watched = await startWatchedPair({}, limit)
  pair = watched.pair
  gateway = watched.gateway
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  second = new Till(pair, approverKey)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
  await gateway.close()
})

const eventsOf = async (refund: string) =>
  (await till.get('/events?limit=100')).json.data
    .filter(({ subject }: { subject: string }) => subject === `refund:${refund}`)
    .map(({ type, data }: { type: string; data: { approval: string } }) => [type, data.approval])
    .toReversed()
const refundedOf = async (id: string) => (await person.get(`/v1/orders/${id}`)).json.refunded_total
const arrives = async (refund: string) =>
  await passUntil(
    wechat,
    () => till.look(refund),
    ({ status }) => status === 'succeeded',
  )

test('a large refund waits as a task, a second person agrees, and the money arrives', async () => {
  const { id } = await bought(person)
  const asked = await till.ask(id, { amount: 2500, reason: '不合适' })
  expect(asked.json).toMatchObject({ status: 'processing', approval: 'awaiting', decided_by: null })
  const refund = asked.json.id
  const task = await second.untilTask(refund, 'refund_approval')
  expect(task).toMatchObject({
    detail: { amount_fen: 2500, requested_by: asked.json.requested_by },
  })
  // It is reserved from the first moment on.
  expect((await till.ask(id, { amount: 1, reason: 'x' })).json.code).toBe('refund_too_much')
  // Days of waiting are nobody's delay: WeChat was not asked yet.
  await wechat.advance(5 * 24 * 3_600_000)
  const approved = await second.approve(refund)
  expect(approved.json).toMatchObject({ status: 'processing', approval: 'approved' })
  expect(approved.json.decided_by).not.toBe(asked.json.requested_by)
  await arrives(refund)
  expect(await till.tasks(refund)).toEqual([])
  expect((await till.tasks(refund, 'resolved')).map(({ kind }) => kind)).toEqual([
    'refund_approval',
  ])
  expect(await refundedOf(id)).toBe(2500)
  expect(await eventsOf(refund)).toEqual([
    ['refund.created', 'awaiting'],
    ['refund.approved', 'approved'],
    ['refund.succeeded', 'approved'],
  ])
})

test('a refund that is declined is closed with its reason, and its amount is free once', async () => {
  const { id } = await bought(person)
  const refund = await till.refund(id, 2500)
  // Whoever asked for it may take it back.
  const declined = await till.decline(refund, '金额不对')
  expect([declined.status, declined.json]).toMatchObject([
    200,
    { status: 'closed', approval: 'declined', decline_reason: '金额不对', problem: 'declined' },
  ])
  for (const again of [await till.decline(refund), await second.approve(refund)]) {
    expect([again.status, again.json.code]).toEqual([409, 'not_now'])
  }
  expect(await till.tasks(refund)).toEqual([])
  expect(await eventsOf(refund)).toEqual([
    ['refund.created', 'awaiting'],
    ['refund.closed', 'declined'],
  ])
  const small = await till.refund(id, 2499)
  expect(await till.look(small)).toMatchObject({ approval: 'not_needed' })
  await arrives(small)
  expect(await refundedOf(id)).toBe(2499)
  const { rows } = await pair.db.query('SELECT sent_count FROM refund WHERE id = $1', [refund])
  expect(rows).toEqual([{ sent_count: 0 }])
})

test('late money that a person sends back through its task waits for the second person too', async () => {
  const { id, no, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  // A verified "closed" that WeChat does not keep.
  const isClose: Twist = ({ url }) => (url.endsWith('/close') ? signedAnswer(pair, 204, '') : null)
  await gateway.during(isClose, () => person.post(`/v1/orders/${id}/cancel`))
  await person.cashier(payment)
  const late = await till.untilTask(no, 'late_money')
  const decision = { action: 'refund', reason: '退回' }
  expect((await till.post(`/tasks/${late['id']}/resolve`, decision)).status).toBe(200)
  const [refund] = (await till.get(`/orders/${id}/refunds`)).json.data
  expect(refund).toMatchObject({ approval: 'awaiting', status: 'processing' })
  expect((await till.approve(refund.id)).json.code).toBe('own_refund')
  expect((await second.approve(refund.id)).status).toBe(200)
  await arrives(refund.id)
  await until(
    () => till.tasks(no),
    (tasks) => tasks.length === 0,
  )
})
