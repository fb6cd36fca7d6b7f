// Days that were compared with WeChat's bills: in agreement, with each kind of difference, and one
// whose bills are not there yet.
import { soldElsewhere } from '../../support/bills.ts'
import { until } from '../../support/pair.ts'
import { bought } from '../../support/till.ts'
import { cup, said } from './money.ts'
import type { Shop } from './shop.ts'

/** Lets the day end and waits for its judgement, while the bills go wrong in this way. */
export async function endDay(shop: Shop, fault?: object): Promise<string> {
  const { accounts, wechat } = shop
  const date = accounts.today()
  const armed = fault === undefined ? null : await wechat.arm({ ...fault })
  await accounts.untilNextDay()
  await accounts.until(date)
  if (armed !== null) await wechat.disarm(armed)
  return date
}

/** A day for each way in which a bill may differ from the books. */
export async function differingDays(shop: Shop): Promise<void> {
  const { person, accounts, till } = shop
  const tradebill = { point: 'pay.tradebill', probability: 1 }
  await bought(person, cup)
  const altered = await endDay(shop, { preset: 'bill with one altered fen' })
  const [difference] = await accounts.differences(altered)
  const reason = { reason: '已与微信支付核对', by: '王会计' }
  await said(200, till.post(`/differences/${difference?.id}/close`, reason))
  for (const kind of ['duplicate_row', 'missing_row', 'unknown_row']) {
    await bought(person, cup)
    await bought(person, cup)
    await endDay(shop, { ...tradebill, kind })
  }
  await bought(person, cup)
  soldElsewhere(shop.pair.world, shop.pair.credentials.mchid)
  await movements(shop)
  await endDay(shop)
}

/** Money to the bank and from it. */
async function movements({ pair }: Shop): Promise<void> {
  const { mchid } = pair.credentials
  for (const what of ['top-up', 'withdraw']) {
    await said(201, pair.simulator.post(`/_sim/merchants/${mchid}/${what}`, { amount: 20_000 }))
  }
}

/** A day whose bills came damaged: they are refused as they are, and asked for again. */
export async function damagedDay(shop: Shop): Promise<void> {
  const { pair, person, wechat, accounts } = shop
  await bought(person, cup)
  const fault = { point: 'pay.billdownload', kind: 'bill_damaged', probability: 1 }
  const armed = await wechat.arm(fault)
  await accounts.untilNextDay()
  const refused = "SELECT id FROM reconciliation WHERE status = 'refused'"
  await until(
    async () => (await pair.db.query(refused)).rowCount,
    (count) => count === 1,
  )
  await accounts.untilIdle()
  await wechat.disarm(armed)
}
