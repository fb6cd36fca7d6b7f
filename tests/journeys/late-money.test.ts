import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, signedAnswer, startWatchedPair } from '../attacks/support/gateway.ts'
import { balanceOf } from '../support/books.ts'
import { type Pair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// WeChat says that a number is closed, and takes money for it all the same. With
// MINITILL_LATE_MONEY=revive_or_refund nobody has to look: goods or money go to the person.
let pair: Pair
let gateway: Gateway
let person: Shopper
let till: Till
let wechat: Wechat

beforeAll(async () => {
  const settings = { MINITILL_LATE_MONEY: 'revive_or_refund' }
  const watched = await startWatchedPair({}, settings)
  pair = watched.pair
  gateway = watched.gateway
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
  await gateway.close()
})

/** A verified "closed" that WeChat does not keep. */
async function closedByMistake(story: () => Promise<unknown>): Promise<void> {
  const twist = ({ url }: { url: string }) =>
    url.endsWith('/close') ? signedAnswer(pair, 204, '') : null
  await gateway.during(twist, story)
}

const stockOf = async (id: string) =>
  Number((await pair.db.query('SELECT stock FROM product WHERE id = $1', [id])).rows[0].stock)
const refundsThere = async (no: string) =>
  (await pair.simulator.get('/_sim/refunds')).json.data.filter(
    (one: { out_trade_no: string }) => one.out_trade_no === no,
  )

test('late money revives its order: paid, goods taken again, nothing left in suspense', async () => {
  const { id, no, payment } = await person.checkout([{ product_id: 'tea', quantity: 1 }])
  const stock = await stockOf('tea')
  await closedByMistake(() => person.post(`/v1/orders/${id}/cancel`))
  expect([await person.status(id), await stockOf('tea')]).toEqual(['closed', stock + 1])
  await person.cashier(payment)
  expect(await person.untilStatus(id, 'paid')).toMatchObject({ out_trade_no: no })
  expect(await stockOf('tea')).toBe(stock)
  expect(await balanceOf(pair, 'suspense')).toBe(0)
  expect(await till.tasks(no)).toEqual([])
  expect(await till.tasks(no, 'resolved')).toMatchObject([{ resolution: 'revived' }])
})

test('late money goes back where the goods are gone, and waits in suspense until it arrived', async () => {
  const { id, no, payment } = await person.checkout([{ product_id: 'tea', quantity: 2 }])
  await closedByMistake(() => person.post(`/v1/orders/${id}/cancel`))
  await pair.db.query(`UPDATE product SET stock = 1 WHERE id = 'tea'`)
  await person.cashier(payment)
  await until(
    () => refundsThere(no),
    (all) => all.length === 1,
  )
  expect(await balanceOf(pair, 'suspense')).toBe(-1980)
  await till.untilTask(no, 'late_money')
  await passUntil(
    wechat,
    () => balanceOf(pair, 'suspense'),
    (left) => left === 0,
  )
  expect(await till.tasks(no)).toEqual([])
  expect(await person.status(id)).toBe('closed')
  expect(await refundsThere(no)).toMatchObject([{ amount: 1980, status: 'SUCCESS' }])
  expect((await till.get(`/orders/${id}/refunds`)).json.data).toMatchObject([
    { amount: 1980, status: 'succeeded', external: false },
  ])
  await pair.db.query(`UPDATE product SET stock = 10 WHERE id = 'tea'`)
})

test('two payments of one order: the order keeps one, the other goes back', async () => {
  const first = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  const sales = await balanceOf(pair, 'sales')
  const closed = {
    ...{ appid: pair.credentials.appid, mchid: pair.credentials.mchid },
    ...{ out_trade_no: first.no, trade_state: 'CLOSED', trade_state_desc: '订单已关闭' },
  }
  const twist = ({ url }: { url: string }) =>
    url.includes(first.no) ? signedAnswer(pair, 200, closed) : null
  await gateway.during(twist, () => person.post(`/v1/orders/${first.id}/confirm`))
  // Its first number counts as closed, so that paying again takes another one.
  const again = (await person.post(`/v1/orders/${first.id}/pay`)).json
  expect(again.order.out_trade_no).not.toBe(first.no)
  await person.cashier(again.payment)
  await person.untilStatus(first.id, 'paid')
  await person.cashier(first.payment)
  await until(
    () => refundsThere(first.no),
    (all) => all.length === 1,
  )
  await passUntil(
    wechat,
    () => balanceOf(pair, 'suspense'),
    (left) => left === 0,
  )
  expect(await refundsThere(again.order.out_trade_no)).toEqual([])
  expect((await person.get(`/v1/orders/${first.id}`)).json).toMatchObject({
    status: 'paid',
    out_trade_no: again.order.out_trade_no,
    refunded_total: 0,
  })
  expect(await balanceOf(pair, 'sales')).toBe(sales - 2500)
  expect(await till.tasks(first.no)).toEqual([])
})
