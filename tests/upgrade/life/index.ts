// A whole life of a shop in a few days: what a release is kept with.
import { Shopper } from '../../support/shopper.ts'
import { damagedDay, differingDays, endDay } from './days.ts'
import * as money from './money.ts'
import * as parcels from './parcels.ts'
import * as refunds from './refunds.ts'
import type { Shop } from './shop.ts'

/** Everything that the product does has happened, and something of each kind is still under way. */
export async function live(shop: Shop): Promise<void> {
  await endpoints(shop)
  await parcels.unmanaged(shop)
  const [other, third] = await money.people(shop)
  if (other === undefined || third === undefined) throw new Error('nobody came')
  await money.orders(shop, [other, third])
  await money.lateMoney(shop)
  await money.strangeMoney(shop)
  await refunds.ended(shop)
  await parcels.shipped(shop)
  const heardAgain = await money.paidUnheard(shop)
  await endDay(shop)
  await heardAgain()
  await parcels.recorded(shop, other)
  await differingDays(shop)
  await lastDay(shop)
}

/** Its bills do not come as they should, and then everything stops in the middle of it. */
async function lastDay(shop: Shop): Promise<void> {
  const { pair, till, person } = shop
  await damagedDay(shop)
  await till.post('/promises/check', {})
  await refunds.ofTwoPeople(shop)
  await refunds.stuck(shop)
  await parcels.underWay(shop)
  await money.underWay(shop)
  await Shopper.enter(pair, person.id)
  const phone = (await pair.simulator.post('/_sim/phone-code', { person: person.id })).json
  await money.said(200, person.post('/v1/session/phone', { code: phone.code }))
  await refunds.underWay(shop)
}

/** The merchant's systems: one that answers, one that is out of order, one that is no more. */
async function endpoints({ pair, till, hook }: Shop): Promise<void> {
  const add = async (status: number) => {
    const body = { url: hook(status), events: ['*'] }
    const reply = await till.post('/webhook-endpoints', body)
    if (reply.status !== 201) throw new Error(reply.text)
    return reply.json.id
  }
  await till.post(`/webhook-endpoints/${await add(204)}/rotate`, {})
  await add(503)
  const path = `/admin/v1/webhook-endpoints/${await add(500)}`
  await pair.server.send('DELETE', path, undefined, till.headers())
}
