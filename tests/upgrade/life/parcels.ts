// Shipments in every state, and how far their orders came.
import type { Shopper } from '../../support/shopper.ts'
import { bought, passUntil } from '../../support/till.ts'
import { cup, said } from './money.ts'
import { type Shop, templateIds } from './shop.ts'

/** Told, received, settled; refused by WeChat; and cancelled because all money went back. */
export async function shipped(shop: Shop): Promise<void> {
  const { person, carrier, wechat, till, pair } = shop
  const results = Object.fromEntries(templateIds.map((id) => [id, 'accept']))
  await said(200, pair.simulator.post('/_sim/subscriptions', { person: person.id, results }))
  const told = await bought(person, cup)
  const received = await bought(person, cup)
  for (const { id } of [told, received]) await carrier.ship(id)
  const inTwo = await bought(person, cup)
  const first = await carrier.ship(inTwo.id, { final: false })
  const back = await bought(person, cup)
  const refund = await till.refund(back.id, 2500)
  const { refund_id } = await till.untilAccepted(refund)
  await carrier.ship(back.id)
  await said(200, pair.simulator.post(`/_sim/refunds/${refund_id}`, { to: 'SUCCESS' }))
  await till.until(refund, { status: 'succeeded' })
  await wechat.advance(61_000)
  for (const { id } of [told, received]) await carrier.untilOrder(id, 'shipped')
  await carrier.until(inTwo.id, first, 'uploaded')
  await carrier.ship(inTwo.id)
  await carrier.untilOrder(inTwo.id, 'shipped')
  await receive(shop, received.no)
  const again = await carrier.ship(received.id)
  await passUntil(
    wechat,
    async () => (await carrier.of(received.id)).find(({ id }) => id === again)?.['status'],
    (status) => status === 'refused',
  )
  await wechat.advance(61_000)
  await carrier.untilOrder(received.id, 'settled')
}

/** The person says that it came. */
async function receive({ pair, carrier, person }: Shop, no: string): Promise<void> {
  const { transaction_id } = (await carrier.there(no)) ?? {}
  const body = { transaction_id, action: 'confirm', person: person.id }
  await said(200, pair.simulator.post('/_sim/receipts', body))
}

/** An app that WeChat does not manage ships without telling it. */
export async function recorded(shop: Shop, other: Shopper): Promise<void> {
  const { carrier } = shop
  const { id } = await bought(other, cup)
  await carrier.ship(id)
  await carrier.untilOrder(id, 'shipped')
}

/** Of the second app: WeChat does not manage its shipping. */
export async function unmanaged({ pair, deployment }: Shop): Promise<void> {
  const [, { appid }] = deployment.parties
  const secret = pair.world.must('apps', appid).secret
  await said(201, pair.simulator.post('/_sim/apps', { appid, secret, trade_managed: false }))
}

/** Received there a moment ago, and a parcel that WeChat has still to be told of. */
export async function underWay(shop: Shop): Promise<void> {
  const { carrier, person, wechat } = shop
  const { id, no } = await bought(person, cup)
  await carrier.ship(id)
  await wechat.advance(61_000)
  await carrier.untilOrder(id, 'shipped')
  await receive(shop, no)
  await carrier.untilOrder(id, 'received')
  const next = await bought(person, cup)
  await carrier.ship(next.id)
}
