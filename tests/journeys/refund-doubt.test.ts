import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Refunds whose messages are lost, whose answers lie, and which have to wait.
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

const there = async (no: string) =>
  (await pair.simulator.get('/_sim/refunds')).json.data.filter(
    (one: { out_trade_no: string }) => one.out_trade_no === no,
  )

test('a refund whose notification is lost is found by asking', async () => {
  const { id } = await bought(person)
  const lost = { point: 'notification', kind: 'lost', probability: 1 }
  await wechat.during(lost, async () => {
    const refund = await till.refund(id, 2500)
    await till.untilAccepted(refund)
    // WeChat ends it after one minute; the first question is at one minute, the next at six.
    await wechat.advance(61_000)
    await wechat.advance(6 * 60_000)
    await till.until(refund, { status: 'succeeded' })
  })
})

test.each(['answer_lost', 'rate_limited_with_effect'])(
  'R69 a refund accepted behind %s is found by its number, and there is one',
  async (kind) => {
    const { id, no } = await bought(person)
    await wechat.arm({ point: 'pay.refund', kind, next: true })
    const refund = await till.refund(id, 900)
    await until(
      () => there(no),
      (all) => all.length === 1,
    )
    await till.untilAccepted(refund)
    await wechat.advance(7 * 60_000)
    await till.until(refund, { status: 'succeeded' })
    expect((await there(no)).length).toBe(1)
    expect((await person.get(`/v1/orders/${id}`)).json.refunded_total).toBe(900)
  },
)

test('WeChat out of order for a while: the same number goes through afterwards', async () => {
  const { id, no } = await bought(person)
  const broken = { point: 'pay.refund*', kind: 'html_502', probability: 1 }
  const both = [broken, { ...broken, point: 'pay.refund_query' }]
  const armed = await Promise.all(
    both.map((fault) => wechat.arm({ ...fault, point: fault.point.replace('*', '') })),
  )
  const refund = await till.refund(id, 2500)
  const sent = async () => (await wechat.seen('request', '/v3/refund/domestic/refunds')).length
  const before = await sent()
  await until(sent, (count) => count > before)
  for (const fault of armed) await wechat.disarm(fault)
  await wechat.advance(61_000)
  const { out_refund_no } = await till.untilAccepted(refund)
  expect((await there(no)).map((one: { out_refund_no: string }) => one.out_refund_no)).toEqual([
    out_refund_no,
  ])
})

test('R63 without money in the merchant account it waits, is shown, and goes on after a top-up', async () => {
  const { id, no } = await bought(person)
  const { mchid } = pair.credentials
  const withdrawn = await pair.simulator.post(`/_sim/merchants/${mchid}/withdraw`, { amount: 1 })
  const { balance } = withdrawn.json
  await pair.simulator.post(`/_sim/merchants/${mchid}/withdraw`, { amount: balance })
  const refund = await till.refund(id, 2500)
  const waiting = await till.until(refund, { problem: 'NOT_ENOUGH' })
  expect(waiting).toMatchObject({ status: 'processing', needs_decision: false })
  await till.untilTask(refund, 'refund_top_up')
  expect(await there(no)).toEqual([])
  await pair.simulator.post(`/_sim/merchants/${mchid}/top-up`, { amount: 1_000_000 })
  await wechat.advance(61_000)
  const { out_refund_no } = await till.untilAccepted(refund)
  expect(await there(no)).toMatchObject([{ out_refund_no }])
  await wechat.advance(61_000)
  await till.until(refund, { status: 'succeeded', problem: null })
  expect(await till.tasks(refund)).toEqual([])
})
