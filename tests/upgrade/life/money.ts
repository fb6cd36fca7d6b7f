// Orders and payments in every state, and money that came although nobody was to pay it.
import { randomUUID } from 'node:crypto'
import { Shopper } from '../../support/shopper.ts'
import { bought } from '../../support/till.ts'
import type { Shop } from './shop.ts'

export const cup = [{ product_id: 'cup', quantity: 1 }]
const tea = [{ product_id: 'tea', quantity: 2 }]

/** People of all three apps: with a phone, in two apps, and one who was forgotten. */
export async function people({ pair, deployment, person }: Shop): Promise<readonly Shopper[]> {
  const [, b, c] = deployment.parties
  const inB = await Shopper.enter(pair, (await Shopper.arrive(pair)).id, b.appid)
  const inC = await Shopper.enter(pair, inB.id, c.appid)
  const phone = (await pair.simulator.post('/_sim/phone-code', { person: person.id })).json
  await said(200, person.post('/v1/session/phone', { code: phone.code }))
  const leaving = await Shopper.arrive(pair)
  await bought(leaving, cup)
  const forgotten = pair.server.send('DELETE', '/v1/account', undefined, leaving.headers())
  await said(204, forgotten)
  return [inB, inC]
}

/** Paid in each app, placed by the merchant's own system, cancelled, and expired. */
export async function orders(shop: Shop, others: readonly Shopper[]): Promise<void> {
  const { pair, person, wechat } = shop
  for (const one of [person, ...others]) await bought(one, tea)
  await boughtElsewhere(shop, 'ERP/2090-7')
  const cancelled = await person.checkout(tea)
  await said(200, person.post(`/v1/orders/${cancelled.id}/cancel`))
  await person.untilStatus(cancelled.id, 'closed')
  const expired = await person.checkout(tea)
  await wechat.advance(36 * 60_000)
  await person.untilStatus(expired.id, 'closed')
  await pair.db.query("UPDATE product SET stock = 50 WHERE id = 'tea'")
}

/** Placed by the merchant's own system, and paid. */
export async function boughtElsewhere(shop: Shop, reference: string): Promise<string> {
  const { person } = shop
  const id = await ownOrder(shop, reference)
  const { payment } = (await person.post(`/v1/orders/${id}/pay`)).json
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  return id
}

async function ownOrder({ pair, person, till }: Shop, reference: string): Promise<string> {
  const sql = 'SELECT openid FROM identity WHERE account_id = $1'
  const { openid } = (await pair.db.query(sql, [person.accountId])).rows[0]
  const body = { amount: 12_345, description: '定制蛋糕 8 寸', reference, openid }
  const headers = till.headers({ 'idempotency-key': randomUUID() })
  const reply = await pair.server.post('/admin/v1/orders', body, headers)
  if (reply.status !== 201) throw new Error(reply.text)
  return reply.json.id
}

/** Money for closed orders that a person kept, gave an order for, and has not decided about. */
export async function lateMoney(shop: Shop): Promise<void> {
  for (const action of ['keep', 'revive', 'refund', null]) {
    const { no } = await paidAfterClose(shop)
    const task = await shop.till.untilTask(no, 'late_money')
    if (action === null) continue
    const decided = shop.till.post(`/tasks/${task['id']}/resolve`, { action, reason: '核对' })
    await said(200, decided)
  }
}

/** WeChat says that a number is closed, forgets it, and takes money for it all the same. */
async function paidAfterClose({ pair, person }: Shop): Promise<{ no: string }> {
  const { id, no, payment } = await person.checkout(cup)
  const key = `${pair.credentials.mchid}/${no}`
  const open = pair.world.must('trades', key)
  await person.post(`/v1/orders/${id}/cancel`)
  await person.untilStatus(id, 'closed')
  pair.world.put('trades', key, open)
  const paid = await person.cashier(payment)
  if (paid.json.trade_state !== 'SUCCESS') throw new Error(`not paid: ${paid.text}`)
  return { no }
}

/** Messages about money that WeChat never took: a second time, too little, for nobody, for others. */
export async function strangeMoney(shop: Shop): Promise<void> {
  const { person, till } = shop
  const { no } = await bought(person, cup)
  await tell(shop, no, 2500, { transaction_id: `4200${'0'.repeat(23)}2` })
  await till.untilTask(no, 'second_payment')
  const short = await person.checkout(cup)
  await tell(shop, short.no, 2499)
  await till.untilTask(short.no, 'wrong_amount')
  await person.post(`/v1/orders/${short.id}/cancel`)
  await tell(shop, 'MTunknownunknown', 70)
  await till.untilTask('MTunknownunknown', 'unknown_order')
  await tell(shop, 'ERP-2026-0001', 80)
}

async function tell(shop: Shop, no: string, total: number, more: object = {}): Promise<void> {
  const { pair, voice } = shop
  const at = pair.world.nowMs()
  const success_time = new Date(at).toISOString()
  const body = voice.envelope(voice.transaction(no, total, { success_time, ...more }))
  const headers = voice.headers(body, { 'Wechatpay-Timestamp': String(Math.floor(at / 1000)) })
  await said(200, voice.tell(body, headers))
}

/** Paid and not told of, by message or by answer: only the bill will find it. */
export async function paidUnheard({ person, wechat }: Shop): Promise<() => Promise<void>> {
  const faults = [
    await wechat.arm({ preset: 'notify lost all day' }),
    await wechat.arm({ point: 'pay.query', kind: 'html_502', probability: 1 }),
    await wechat.arm({ point: 'pay.close', kind: 'html_502', probability: 1 }),
  ]
  const { payment } = await person.checkout(cup)
  await person.cashier(payment)
  return async () => {
    for (const fault of faults) await wechat.disarm(fault)
  }
}

/** Orders that are in the middle of it when everything stops: placed, called up, being closed. */
export async function underWay({ person, wechat }: Shop): Promise<void> {
  await said(201, person.order(tea))
  await person.checkout(tea)
  const { id } = await person.checkout(cup)
  const faults = [
    await wechat.arm({ point: 'pay.close', kind: 'html_502', probability: 1 }),
    await wechat.arm({ point: 'pay.query', kind: 'html_502', probability: 1 }),
  ]
  await person.post(`/v1/orders/${id}/cancel`)
  for (const fault of faults) await wechat.disarm(fault)
}

/** Fails when the answer has another status. */
export async function said(
  status: number,
  asked: Promise<{ readonly status: number; readonly text: string }>,
): Promise<void> {
  const reply = await asked
  if (reply.status !== status) throw new Error(`${reply.status}: ${reply.text}`)
}
