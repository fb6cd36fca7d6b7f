// one person alone sends a large refund.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../support/http.ts'
import { approverKey, type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { changesNothing } from './support/nothing.ts'

let pair: Pair
let person: Shopper
let till: Till
let second: Till
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(2, {
    MINITILL_APPROVE_REFUNDS_FROM: '2000',
    MINITILL_APPROVER_KEY: approverKey,
  })
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  second = new Till(pair, approverKey)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const there = async (no: string) =>
  (await pair.simulator.get('/_sim/refunds')).json.data.filter(
    (one: { out_trade_no: string }) => one.out_trade_no === no,
  )
const code = ({ status, json }: Reply) => [status, json.code]

/** What the events say of a refund, oldest first. */
async function told(refund: string): Promise<Array<{ type: string; by?: string }>> {
  const { data } = (await till.get('/events?limit=100')).json
  return data
    .filter(({ subject }: { subject: string }) => subject === `refund:${refund}`)
    .map(({ type, data: { by } }: { type: string; data: { by?: string } }) => ({ type, by }))
    .toReversed()
}

test('A-71 ★ a large refund approved by its own requester is 403 and an event, and WeChat is not asked', async () => {
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 2500)
  const { requested_by: by } = await till.look(refund)
  const begun = await pair.server.post('/admin/v1/sessions', {}, till.headers())
  const session = { authorization: `Bearer ${begun.json.token}` }
  const path = `/admin/v1/refunds/${refund}/approve`
  const tries = [
    await till.approve(refund),
    await till.approve(refund, pair.other),
    // A console session of the same key is the same person.
    await pair.server.post(path, {}, session),
  ]
  expect(tries.map(code)).toEqual(Array(3).fill([403, 'own_refund']))
  // No other door leads out: not a decision about it, and not the end of its task.
  for (const action of ['retry', 'give_up']) {
    const reply = await changesNothing(pair, () => till.resolve(refund, { action }))
    expect([action, ...code(reply)]).toEqual([action, 409, 'not_now'])
  }
  const task = await till.untilTask(refund, 'refund_approval')
  const close = () => till.post(`/tasks/${task['id']}/resolve`, { action: 'close', reason: 'x' })
  expect(code(await changesNothing(pair, close))).toEqual([409, 'not_now'])
  const foreign = () => pair.server.post(path, {}, person.headers())
  expect((await changesNothing(pair, foreign)).status).toBe(401)
  await wechat.advance(4 * 24 * 3_600_000)
  expect(await there(no)).toEqual([])
  expect(await till.look(refund)).toMatchObject({ status: 'processing', approval: 'awaiting' })
  expect(await told(refund)).toEqual([
    { type: 'refund.created' },
    ...Array(3).fill({ type: 'refund.approval_refused', by }),
  ])
})

test('A-71 ★ the database refuses it too: no own approval, no request before one', async () => {
  const { id } = await bought(person)
  const refund = await till.refund(id, 2500)
  const set = async (change: string) =>
    await pair.db.query(`UPDATE refund SET ${change} WHERE id = $1`, [refund])
  const approved = "approval = 'approved', decided_at_ms = 1"
  await expect(set(`${approved}, decided_by = requested_by`)).rejects.toThrow('second_person')
  await expect(set(`${approved}, decided_by = NULL`)).rejects.toThrow('refund_decided')
  await expect(set("requested_by = 'operator_x'")).rejects.toThrow('frozen refund')
  await expect(set("approval = 'not_needed'")).rejects.toThrow('given once')
  await expect(set('sent_count = 1, last_sent_at_ms = 1')).rejects.toThrow('sent_approved')
  expect((await second.approve(refund)).status).toBe(200)
  await expect(set("approval = 'awaiting'")).rejects.toThrow('given once')
  await expect(set("decided_by = 'operator_x'")).rejects.toThrow('given once')
})

test('A-71 ★ fifty approvals at once on two servers are one refund at WeChat', async () => {
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 2500)
  const replies = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      return await second.approve(refund, index % 2 === 0 ? pair.server : pair.other)
    }),
  )
  expect(replies.filter(({ status }) => status === 200).length).toBe(1)
  expect(replies.filter((reply) => code(reply).join() === '409,not_now').length).toBe(49)
  await passUntil(
    wechat,
    () => till.look(refund),
    ({ status }) => status === 'succeeded',
  )
  expect((await there(no)).length).toBe(1)
  expect((await told(refund)).filter(({ type }) => type === 'refund.approved').length).toBe(1)
})

test('A-71 ★ in parts it needs a second person as the whole would, whoever asks for them', async () => {
  const { id } = await bought(person)
  const asked = [
    await till.look(await till.refund(id, 900)),
    await till.look(await second.refund(id, 900)),
    await till.look(await till.refund(id, 200)),
    await till.look(await second.refund(id, 1)),
  ]
  expect(asked.map(({ approval }) => approval)).toEqual([
    ...['not_needed', 'not_needed'],
    ...['awaiting', 'awaiting'],
  ])
  // The second operator's own one waits for the first: no key is above the other.
  expect(code(await second.approve(asked[3]?.id))).toEqual([403, 'own_refund'])
  expect((await till.approve(asked[3]?.id)).json).toMatchObject({ approval: 'approved' })
})
