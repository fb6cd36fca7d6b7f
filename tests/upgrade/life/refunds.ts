// Refunds in every state.
import { bought, passUntil } from '../../support/till.ts'
import { boughtElsewhere, cup, said } from './money.ts'
import type { Shop } from './shop.ts'

/** Those that end: arrived in part and as a whole, closed there, and made at the merchant platform. */
export async function ended(shop: Shop): Promise<void> {
  const { pair, person, till, wechat } = shop
  const part = await till.refund((await bought(person, cup)).id, 1000)
  const tea = [{ product_id: 'tea', quantity: 2 }]
  const whole = await till.refund((await bought(person, tea)).id, 1980, { restock: true })
  const closed = await accepted(shop)
  await force(shop, closed, 'CLOSED')
  await till.until(closed, { status: 'closed' })
  await till.untilAccepted(part)
  await till.untilAccepted(whole)
  await wechat.advance(61_000)
  for (const one of [part, whole]) await till.until(one, { status: 'succeeded' })
  const { no } = await bought(person, cup)
  const external = pair.simulator.post('/_sim/refunds', { out_trade_no: no, amount: 700 })
  await said(201, external)
}

/** Those that wait for a person. */
export async function stuck(shop: Shop): Promise<void> {
  const { pair, person, till, wechat } = shop
  await abnormal(shop)
  // There, all of its money went back already, and nobody told us.
  const { id, no } = await bought(person, cup)
  const external = pair.simulator.post('/_sim/refunds', { out_trade_no: no, amount: 2500 })
  await said(201, external)
  const refused = await till.refund(id, 1000)
  await passUntil(
    wechat,
    () => till.look(refused),
    (refund) => refund.needs_decision,
  )
}

/** Those that wait for WeChat, and for their turn: the second one of an order has its minute. */
export async function underWay(shop: Shop): Promise<void> {
  const { person, till } = shop
  const applied = await abnormal(shop)
  const card = { bank_type: 'CMB_DEBIT', bank_account: '6225880212345678', real_name: '张三' }
  const body = { action: 'apply_abnormal_refund', type: 'USER_BANK_CARD', ...card }
  await said(200, till.resolve(applied, body))
  const { id } = await bought(person, cup)
  const first = await till.refund(id, 300)
  await till.refund(id, 400)
  await till.untilAccepted(first)
}

/** Large ones, which a second person approved, declined, or has not answered. */
export async function ofTwoPeople(shop: Shop): Promise<void> {
  const { till, second } = shop
  const asked = async (reference: string) =>
    await till.refund(await boughtElsewhere(shop, reference), 12_000)
  await said(200, second.approve(await asked('ERP/approved')))
  await said(200, second.decline(await asked('ERP/declined')))
  await asked('ERP/awaiting')
}

async function abnormal(shop: Shop): Promise<string> {
  const refund = await accepted(shop)
  await force(shop, refund, 'ABNORMAL')
  await shop.till.until(refund, { status: 'abnormal' })
  return refund
}

async function accepted({ person, till }: Shop): Promise<string> {
  const refund = await till.refund((await bought(person, cup)).id, 2500)
  await till.untilAccepted(refund)
  return refund
}

async function force({ pair, till }: Shop, refund: string, to: string): Promise<void> {
  const { refund_id } = await till.look(refund)
  await said(200, pair.simulator.post(`/_sim/refunds/${refund_id}`, { to }))
}
