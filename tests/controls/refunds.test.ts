// Negative controls of what goes back: each attack once more, with its guard taken away.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noticeBody, signed } from '../attacks/support/forge.ts'
import { settledInbox } from '../support/books.ts'
import { approverKey, type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { without } from './without.ts'

let pair: Pair
let person: Shopper
let till: Till

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  till = new Till(pair)
})
afterAll(async () => {
  await pair.stop()
})

test('A-66 A-67 control: without the ceiling, here and in the database, more goes back than came', async () => {
  const { id } = await bought(person)
  expect((await till.ask(id, { amount: 2501, reason: 'x' })).status).toBe(409)
  // Without our own check alone the database still says no.
  const only = await without('A-66', () => till.ask(id, { amount: 2501, reason: 'x' }))
  expect(only.status).toBe(500)
  await pair.db.query('ALTER TABLE receipt DROP CONSTRAINT refund_ceiling')
  const both = await without('A-66', () => till.ask(id, { amount: 2501, reason: 'x' }))
  expect(both.status).toBe(202)
})

test('A-68 control: with a new number for each try one wish is two refunds at WeChat', async () => {
  const { id, no } = await bought(person)
  const wechat = new Wechat(pair)
  const there = async () =>
    (await pair.simulator.get('/_sim/refunds')).json.data.filter(
      (one: { out_trade_no: string }) => one.out_trade_no === no,
    ).length
  await without('A-68', async () => {
    await wechat.arm({ point: 'pay.refund', kind: 'answer_lost', count: 1 })
    await till.refund(id, 700)
    expect(await passUntil(wechat, there, (count) => count >= 2)).toBe(2)
  })
})

test('A-71 control: without the check, here and in the database, one person sends a large refund', async () => {
  const limit = { MINITILL_APPROVE_REFUNDS_FROM: '2000', MINITILL_APPROVER_KEY: approverKey }
  const limited = await startPair(1, limit)
  try {
    const alone = new Till(limited)
    const { id, no } = await bought(await Shopper.arrive(limited))
    const refund = await alone.refund(id, 2500)
    expect((await alone.approve(refund)).status).toBe(403)
    // Without our own check alone the database still says no.
    expect((await without('A-71', () => alone.approve(refund))).status).toBe(500)
    await limited.db.query('ALTER TABLE refund DROP CONSTRAINT refund_second_person')
    expect((await without('A-71', () => alone.approve(refund))).status).toBe(200)
    await alone.untilAccepted(refund)
    const { data } = (await limited.simulator.get('/_sim/refunds')).json
    expect(data).toMatchObject([{ out_trade_no: no }])
  } finally {
    await limited.stop()
  }
})

test('A-72 control: without comparing a refund with ours a lie of WeChat books another amount', async () => {
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 600)
  const { out_refund_no, refund_id } = await till.untilAccepted(refund)
  const sql = 'SELECT transaction_id FROM payment WHERE out_trade_no = $1'
  const { transaction_id } = (await pair.db.query(sql, [no])).rows[0]
  const lie = async () => {
    const content = {
      mchid: pair.credentials.mchid,
      out_trade_no: no,
      transaction_id,
      out_refund_no,
      refund_id,
      refund_status: 'SUCCESS',
      success_time: '2026-11-23T12:00:00+08:00',
      user_received_account: '支付用户零钱',
      amount: { total: 2500, refund: 1, payer_total: 2500, payer_refund: 1 },
    }
    const body = noticeBody(pair, {
      plaintext: JSON.stringify(content),
      envelope: { event_type: 'REFUND.SUCCESS' },
      resource: { original_type: 'refund' },
    })
    const path = `/wechat/pay/refund-notify/${pair.credentials.mchid}`
    await pair.server.send('POST', path, body.toString(), signed(pair, body) as never)
    await settledInbox(pair)
    return (await till.look(refund)).status
  }
  expect(await lie()).toBe('processing')
  expect(await without('A-72', lie)).toBe('succeeded')
})
