import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'

// Stories in which hours pass: the simulator's clock is moved, and the server's follows.
let pair: Pair

beforeAll(async () => {
  pair = await startPair(1, { MINITILL_ORDER_TTL_MINUTES: '300' })
})
afterAll(async () => {
  await pair.stop()
})

const minute = 60_000
const advance = async (ms: number) => await pair.simulator.post('/_sim/clock', { advance_ms: ms })
const stock = async () =>
  Number((await pair.db.query(`SELECT stock FROM product WHERE id = 'tea'`)).rows[0].stock)

test('after two hours the same number gets a new prepay_id, and paying with it works', async () => {
  const person = await Shopper.arrive(pair)
  const { id, no, payment } = await person.checkout()
  await advance(121 * minute)
  const again = (await person.post(`/v1/orders/${id}/pay`)).json
  expect(again.order.out_trade_no).toBe(no)
  expect(again.payment.package).not.toBe(payment['package'])
  await person.cashier(again.payment)
  await person.untilStatus(id, 'paid')
})

test('an order whose time is up is closed at WeChat first, and its stock goes back', async () => {
  const before = await stock()
  const person = await Shopper.arrive(pair)
  const { id, no, payment } = await person.checkout()
  expect(await stock()).toBe(before - 2)
  await advance(301 * minute)
  await person.untilStatus(id, 'closed')
  expect(await stock()).toBe(before)
  const { data } = (await pair.simulator.get('/_sim/trades')).json
  const trade = data.find((one: { out_trade_no: string }) => one.out_trade_no === no)
  expect(trade.trade_state).toBe('CLOSED')
  expect((await person.cashier(payment)).json.errMsg).toMatch(/^requestPayment:fail/)
})

test('while WeChat does not confirm the close, the order stays unpaid and the stock held', async () => {
  const fault = { point: 'pay.close', kind: 'error_500_without_effect', probability: 1 }
  const armed = (await pair.simulator.post('/_sim/faults', fault)).json
  const before = await stock()
  const person = await Shopper.arrive(pair)
  const { id } = await person.checkout()
  const cancelled = await person.post(`/v1/orders/${id}/cancel`)
  expect([cancelled.status, cancelled.json.status]).toEqual([200, 'unpaid'])
  expect(await stock()).toBe(before - 2)
  await pair.simulator.send('DELETE', `/_sim/faults/${armed.id}`)
  await advance(minute)
  await person.untilStatus(id, 'closed')
  expect(await stock()).toBe(before)
})

test('orders of people who paid during an outage of every notification are found afterwards', async () => {
  await pair.db.query(`UPDATE product SET stock = 10 WHERE id = 'tea'`)
  await pair.simulator.post('/_sim/faults', { preset: 'notify lost all day' })
  const query = { point: 'pay.query', kind: 'error_503_without_effect', probability: 1 }
  const down = (await pair.simulator.post('/_sim/faults', query)).json
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout()
  await person.cashier(payment, 'pay_and_leave')
  await advance(4 * minute)
  expect(await person.status(id)).toBe('unpaid')
  await pair.simulator.send('DELETE', `/_sim/faults/${down.id}`)
  await advance(6 * minute)
  await person.untilStatus(id, 'paid')
  await until(
    async () =>
      (
        await pair.db.query(`SELECT count(*)::int AS n FROM event WHERE subject = $1`, [
          `order:${id}`,
        ])
      ).rows[0].n,
    (n) => n === 2,
  )
})
