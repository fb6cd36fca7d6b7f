import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'

// WeChat's answers are lost, damaged or not WeChat's: nothing is decided, and everything ends well.
let pair: Pair
let person: Shopper

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair, 100_000_000)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]

async function armed(point: string, kind: string, story: () => Promise<void>): Promise<void> {
  const fault = await pair.simulator.post('/_sim/faults', { point, kind, probability: 1 })
  expect(fault.status).toBe(201)
  await story()
  await pair.simulator.send('DELETE', `/_sim/faults/${fault.json.id}`)
}

const unbelievable = [
  'request_lost',
  'reset_mid_body',
  'truncated_body',
  'error_500_with_effect',
  'error_500_without_effect',
  'error_503_without_effect',
  'html_502',
  'redirect',
  'rate_limited',
  'rate_limited_legacy',
  'wrong_signature',
  'missing_signature',
  'timestamp_old',
  'timestamp_future',
]

test.each(unbelievable)(
  'a query answered with %s pays nothing, and the next one does',
  async (kind) => {
    await pair.simulator.post('/_sim/faults', { preset: 'notify lost all day' })
    const { id, payment } = await person.checkout(cup)
    await armed('pay.query', kind, async () => {
      await person.cashier(payment)
      const reply = await person.post(`/v1/orders/${id}/confirm`)
      expect([reply.status, reply.json.status]).toEqual([200, 'unpaid'])
    })
    await pair.simulator.post('/_sim/clock', { advance_ms: 31_000 })
    await person.untilStatus(id, 'paid')
    await pair.simulator.send('DELETE', '/_sim/faults')
  },
)

test('a query answered with another order, properly signed, pays nothing', async () => {
  await pair.simulator.post('/_sim/faults', { preset: 'notify lost all day' })
  const first = await person.checkout(cup)
  await person.cashier(first.payment)
  const { id } = await person.checkout(cup)
  await armed('pay.query', 'other_order', async () => {
    expect((await person.post(`/v1/orders/${id}/confirm`)).json.status).toBe('unpaid')
  })
  await pair.simulator.send('DELETE', '/_sim/faults')
})

test.each(unbelievable)(
  'a prepay answered with %s is 503, and pressing again works',
  async (kind) => {
    const order = (await person.order(cup)).json
    await armed('pay.prepay', kind, async () => {
      const reply = await person.post(`/v1/orders/${order.id}/pay`)
      expect([reply.status, reply.json.code]).toEqual([503, 'wechat_unavailable'])
    })
    const paying = await person.post(`/v1/orders/${order.id}/pay`)
    expect(paying.status).toBe(200)
    expect(paying.json.order.out_trade_no).toBe(order.out_trade_no)
  },
)

test('one answer that is lost costs nobody anything: the same bytes go out once more at once', async () => {
  const order = (await person.order(cup)).json
  await pair.simulator.post('/_sim/faults', { point: 'pay.prepay', kind: 'html_502', next: true })
  expect((await person.post(`/v1/orders/${order.id}/pay`)).status).toBe(200)
})

test.each(unbelievable)(
  'a close answered with %s leaves the order unpaid, its stock held',
  async (kind) => {
    const { id } = await person.checkout([{ product_id: 'tea', quantity: 1 }])
    await armed('pay.close', kind, async () => {
      await armed('pay.query', kind, async () => {
        const before = await pair.db.query(`SELECT stock FROM product WHERE id = 'tea'`)
        const reply = await person.post(`/v1/orders/${id}/cancel`)
        expect([reply.status, reply.json.status]).toEqual([200, 'unpaid'])
        expect((await pair.db.query(`SELECT stock FROM product WHERE id = 'tea'`)).rows).toEqual(
          before.rows,
        )
      })
    })
    await pair.simulator.post('/_sim/clock', { advance_ms: 60_000 })
    await person.untilStatus(id, 'closed', 10_000)
  },
)

test('a number that WeChat closed by itself is followed by another while the time is not up', async () => {
  const order = (await person.order(cup)).json
  await pair.simulator.post('/_sim/faults', {
    point: 'pay.prepay',
    kind: 'closed_after_prepay',
    next: true,
  })
  await person.post(`/v1/orders/${order.id}/pay`)
  // The ticket of a closed number is refused by the cashier; asking finds out, and pay starts anew.
  expect((await person.post(`/v1/orders/${order.id}/confirm`)).json.status).toBe('unpaid')
  const again = (await person.post(`/v1/orders/${order.id}/pay`)).json
  expect(again.order.out_trade_no).not.toBe(order.out_trade_no)
  await person.cashier(again.payment)
  await person.untilStatus(order.id, 'paid')
})
