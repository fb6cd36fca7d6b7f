import { afterEach, beforeEach, expect, test } from 'vitest'
import { cancelOrder } from '../../server/flows/cancel-order.ts'
import { until } from '../support/pair.ts'
import { type Shop, TwoShops } from '../support/two-shops.ts'

// One merchant's WeChat says nothing: the other merchant of the same instance must not feel it.
let shops: TwoShops

beforeEach(async () => {
  shops = await TwoShops.open()
})
afterEach(async () => {
  await shops.close()
})

const many = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make))
const statuses = async (orderIds: readonly string[]) => {
  const { orders } = shops.ports.store.read
  const found = await Promise.all(orderIds.map((id) => orders.byId(id)))
  return found.map((order) => order?.status)
}
const all = (wanted: string) => (seen: ReadonlyArray<string | undefined>) =>
  seen.every((status) => status === wanted)
/** Until it is so without a moment of virtual time, in which no silent call ends. */
const atOnce = async (orderIds: readonly string[], wanted: string) =>
  await until(() => statuses(orderIds), all(wanted))
const refundStatus = async (id: string) => (await shops.ports.store.read.refunds.byId(id))?.status

test('payments of one merchant are found, and taken, while a hundred of the other wait for a silent WeChat', async () => {
  const { hit, well } = shops
  const stuck = await many(100, () => shops.checkout(hit))
  const found = await many(10, () => shops.checkout(well))
  shops.silent.add(hit.mchid)
  // All are due for their first question, those of the silent one first.
  await shops.pass(6_000)
  await atOnce(found, 'paid')
  expect(shops.hanging.get(hit.mchid)).toBeGreaterThan(0)
  expect((await statuses(stuck)).every((status) => status === 'unpaid')).toBe(true)
  // New customers come to the well one all the while.
  for (let minute = 0; minute < 3; minute += 1) {
    const more = await many(5, () => shops.checkout(well))
    await shops.pass(6_000)
    await atOnce(more, 'paid')
  }
})

test('refunds and cancellations of one merchant go on while those of the other hang', async () => {
  const { hit, well } = shops
  const [theirs, ours] = [await bought(hit, 40), await bought(well, 3)]
  const open = await shops.checkout(well)
  shops.silent.add(hit.mchid)
  const hanging = await Promise.all(theirs.map((id) => shops.refund(id)))
  await until(
    async () => shops.hanging.get(hit.mchid) ?? 0,
    (count) => count > 0,
  )
  const refunds = await Promise.all(ours.map((id) => shops.refund(id)))
  for (const id of refunds)
    await until(
      () => refundStatus(id),
      (status) => status === 'succeeded',
    )
  for (const id of hanging) expect(await refundStatus(id)).toBe('frozen')
  await cancelOrder(shops.ports, { accountId: well.accountId, orderId: open })
  await atOnce([open], 'closed')
})

test('when the silent one speaks again, everything of it that waited is done', async () => {
  const { hit } = shops
  const stuck = await many(60, () => shops.checkout(hit))
  shops.silent.add(hit.mchid)
  await shops.pass(6_000)
  await until(
    async () => shops.hanging.get(hit.mchid) ?? 0,
    (count) => count > 0,
  )
  shops.silent.clear()
  await until(async () => {
    await shops.pass(30_000)
    return await statuses(stuck)
  }, all('paid'))
})

async function bought(shop: Shop, count: number): Promise<string[]> {
  const orders = await many(count, () => shops.checkout(shop))
  await until(async () => {
    await shops.pass(6_000)
    return await statuses(orders)
  }, all('paid'))
  return orders
}
