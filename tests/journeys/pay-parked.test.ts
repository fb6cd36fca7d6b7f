import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, fingerprint, settledInbox, tasksAbout } from '../support/books.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { Till } from '../support/till.ts'
import { Voice } from '../support/voice.ts'

// Authentic messages that do not fit: kept, shown, booked to suspense, and nothing is granted.
let pair: Pair
let voice: Voice
let person: Shopper

beforeAll(async () => {
  pair = await startPair(2)
  voice = await Voice.learn(pair)
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]

async function openidOf(no: string): Promise<string> {
  const sql = 'SELECT openid FROM payment WHERE out_trade_no = $1'
  return (await pair.db.query(sql, [no])).rows[0].openid
}

test('a proper message of the real key pays: the control of what follows', async () => {
  const { id, no } = await person.checkout(cup)
  const told = await voice.tellPaid(no, 2500, { payer: { openid: await openidOf(no) } })
  expect([told.status, told.text]).toEqual([200, ''])
  // I-17: with the 200 the message is on disk.
  const kept = await pair.db.query('SELECT plaintext FROM inbox')
  expect(kept.rows.map((row) => row.plaintext).join()).toContain(no)
  await person.untilStatus(id, 'paid', 2_000)
})

test('money for a closed order is parked visibly: task, suspense entry, event, no state', async () => {
  const { id, no } = await person.checkout(cup)
  await person.post(`/v1/orders/${id}/cancel`)
  const before = await balanceOf(pair, 'suspense')
  const said = { transaction_id: '4200000000000000000000000001' }
  expect((await voice.tellPaid(no, 2500, said)).status).toBe(200)
  expect((await voice.tellPaid(no, 2500, said)).status).toBe(200)
  await settledInbox(pair)
  expect(await person.status(id)).toBe('closed')
  expect(await tasksAbout(pair, no)).toEqual(['late_money'])
  expect(await balanceOf(pair, 'suspense')).toBe(before - 2500)
  const events = await pair.db.query(
    `SELECT payload FROM event WHERE type = 'payment.parked' AND payload->>'out_trade_no' = $1`,
    [no],
  )
  expect(events.rows).toMatchObject([{ payload: { kind: 'late_money', expected_fen: 2500 } }])
})

test.each([
  ['one fen less', { amount: { total: 2499, currency: 'CNY' } }, 'wrong_amount', 2499],
  ['one fen more', { amount: { total: 2501, currency: 'CNY' } }, 'wrong_amount', 2501],
  ['another currency', { amount: { total: 2500, currency: 'USD' } }, 'wrong_amount', 0],
  ['another payer', { payer: { openid: 'oSomebodyElse' } }, 'wrong_party', 2500],
])(
  'a message with %s grants nothing and is raised, and the true one still pays',
  async (_, lie, kind, booked) => {
    const { id, no } = await person.checkout(cup)
    const before = await balanceOf(pair, 'suspense')
    expect((await voice.tellPaid(no, 2500, lie)).status).toBe(200)
    await settledInbox(pair)
    expect(await person.status(id)).toBe('unpaid')
    expect(await tasksAbout(pair, no)).toEqual([kind])
    expect(await balanceOf(pair, 'suspense')).toBe(before - booked)
    await voice.tellPaid(no, 2500)
    await person.untilStatus(id, 'paid', 2_000)
  },
)

test('a second success of one order is raised and never merged', async () => {
  const { id, no } = await person.checkout(cup)
  await voice.tellPaid(no, 2500)
  const paid = await person.untilStatus(id, 'paid', 2_000)
  await voice.tellPaid(no, 2500, { transaction_id: '4200000000000000000000000002' })
  await settledInbox(pair)
  expect(await tasksAbout(pair, no)).toEqual(['second_payment'])
  expect((await person.get(`/v1/orders/${id}`)).json.transaction_id).toBe(paid.transaction_id)
})

test('an unknown number with our prefix is suspense, one without is another system and only counted', async () => {
  const before = await balanceOf(pair, 'suspense')
  expect((await voice.tellPaid('MTunknownunknown', 70)).status).toBe(200)
  await settledInbox(pair)
  expect(await balanceOf(pair, 'suspense')).toBe(before - 70)
  expect(await tasksAbout(pair, 'MTunknownunknown')).toEqual(['unknown_order'])
  expect((await voice.tellPaid('ERP-2026-0001', 80)).status).toBe(200)
  await settledInbox(pair)
  expect(await balanceOf(pair, 'suspense')).toBe(before - 70)
  const foreign = await pair.db.query(
    `SELECT count(*)::int AS n FROM inbox WHERE status = 'foreign'`,
  )
  expect(foreign.rows[0].n).toBe(1)
})

test('a message that comes before the answer to our own prepay pays once', async () => {
  const order = (await person.order(cup)).json
  await voice.tellPaid(order.out_trade_no, 2500)
  await person.untilStatus(order.id, 'paid', 2_000)
  expect((await person.post(`/v1/orders/${order.id}/pay`)).json.code).toBe('order_paid')
})

test('a hundred copies on two instances at once are one payment, one entry, one event', async () => {
  const { id, no } = await person.checkout(cup)
  const body = voice.envelope(voice.transaction(no, 2500))
  const path = `/wechat/pay/notify/${pair.credentials.mchid}`
  const copies = Array.from({ length: 100 }, (_, index) => {
    const at = index % 2 === 0 ? pair.server : pair.other
    return at.send('POST', path, body, voice.headers(body))
  })
  const statuses = (await Promise.all(copies)).map((reply) => reply.status)
  expect(new Set(statuses)).toEqual(new Set([200]))
  await person.untilStatus(id, 'paid', 2_000)
  const counts = await pair.db.query(
    `SELECT (SELECT count(*)::int FROM inbox WHERE plaintext LIKE '%' || $1 || '%') AS messages,
       (SELECT count(*)::int FROM entry e JOIN payment p ON e.subject = 'payment:' || p.id
          WHERE p.out_trade_no = $1) AS entries,
       (SELECT count(*)::int FROM event WHERE subject = 'order:' || $2 AND type = 'order.paid') AS events`,
    [no, id],
  )
  expect(counts.rows[0]).toEqual({ messages: 1, entries: 1, events: 1 })
})

test('different messages about one payment on two instances at once still pay once', async () => {
  const { id, no } = await person.checkout(cup)
  const same = { transaction_id: '4200000000000000000000000003' }
  const path = `/wechat/pay/notify/${pair.credentials.mchid}`
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const body = voice.envelope(voice.transaction(no, 2500, same))
      const at = index % 2 === 0 ? pair.server : pair.other
      return await at.send('POST', path, body, voice.headers(body))
    }),
  )
  await settledInbox(pair)
  expect(await person.status(id)).toBe('paid')
  expect(await tasksAbout(pair, no)).toEqual([])
})

test('a refused message changes nothing at all', async () => {
  const { no } = await person.checkout(cup)
  const before = await fingerprint(pair)
  const body = voice.envelope(voice.transaction(no, 2500))
  const forged = voice.headers(body, {}, pair.credentials.private_key)
  expect((await voice.tell(body, forged)).status).toBe(401)
  expect((await voice.tell(`${body} `, voice.headers(body))).status).toBe(401)
  expect(await fingerprint(pair)).toBe(before)
})

test('a person decides about parked money over the API: not just closed, but revived, once', async () => {
  const till = new Till(pair)
  const { id, no } = await person.checkout(cup)
  await person.post(`/v1/orders/${id}/cancel`)
  const before = await balanceOf(pair, 'suspense')
  await voice.tellPaid(no, 2500)
  const path = `/tasks/${(await till.untilTask(no, 'late_money'))['id']}/resolve`
  const decide = async (action: string) => await till.post(path, { action, reason: '核对无误' })
  const unfit = [await decide('close'), await decide('forget'), await till.post(path, {})]
  expect(unfit.map(({ status }) => status)).toEqual([409, 400, 400])
  expect(unfit[0]?.json.code).toBe('money_in_suspense')
  const revived = await decide('revive')
  expect([revived.status, revived.json.status, revived.json.resolution]).toEqual([
    200,
    'resolved',
    'revived',
  ])
  expect(await person.status(id)).toBe('paid')
  expect(await balanceOf(pair, 'suspense')).toBe(before)
  expect((await decide('refund')).json.code).toBe('not_now')
  expect(
    (await till.post('/tasks/tsk_none/resolve', { action: 'close', reason: 'x' })).status,
  ).toBe(404)
})

test('a refund of money that we never heard of is asked about, and then shown', async () => {
  const { id, no } = await person.checkout(cup)
  const refund = {
    mchid: pair.credentials.mchid,
    out_trade_no: no,
    transaction_id: '4200000000000000000000000004',
    out_refund_no: 'R1',
    refund_id: '5030000001',
    refund_status: 'SUCCESS',
    success_time: '2026-11-23T11:20:26+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: 2500, refund: 100, payer_total: 2500, payer_refund: 100 },
  }
  const body = voice.envelope(refund, { event_type: 'REFUND.SUCCESS' }, { original_type: 'refund' })
  const path = `/wechat/pay/refund-notify/${pair.credentials.mchid}`
  expect((await pair.server.send('POST', path, body, voice.headers(body))).status).toBe(200)
  await settledInbox(pair)
  const kept = await pair.db.query(`SELECT status FROM inbox WHERE original_type = 'refund'`)
  expect(kept.rows).toEqual([{ status: 'parked' }])
  expect(await tasksAbout(pair, no)).toEqual(['refund_unclear'])
  expect(await person.status(id)).toBe('unpaid')
})
