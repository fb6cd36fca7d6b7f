import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'

let pair: Pair

beforeAll(async () => {
  pair = await startPair(2)
})
afterAll(async () => {
  await pair.stop()
})

const one = async (sql: string, values: unknown[] = []) =>
  (await pair.db.query(sql, values)).rows[0]
const stockOf = async (id: string) =>
  Number((await one('SELECT stock FROM product WHERE id = $1', [id])).stock)
const restock = async () => await pair.db.query(`UPDATE product SET stock = 10 WHERE id = 'tea'`)

async function balances(): Promise<Record<string, number>> {
  const { rows } = await pair.db.query(
    'SELECT account, sum(amount_fen)::int AS sum FROM posting GROUP BY account ORDER BY account',
  )
  return Object.fromEntries(rows.map((row) => [row.account, row.sum]))
}

async function withFault(
  fault: Record<string, unknown>,
  story: () => Promise<void>,
): Promise<void> {
  const { json } = await pair.simulator.post('/_sim/faults', fault)
  await story()
  await pair.simulator.send('DELETE', `/_sim/faults/${json.id}`)
}

test('an order is placed, paid in the cashier, and the notification makes it paid at once', async () => {
  await restock()
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout()
  expect(await stockOf('tea')).toBe(8)
  const cashier = await person.cashier(payment)
  expect(cashier.json).toMatchObject({ errMsg: 'requestPayment:ok', trade_state: 'SUCCESS' })
  const paid = await person.untilStatus(id, 'paid', 3_000)
  expect(paid).toMatchObject({ total: 1980, refunded_total: 0, shipping_status: 'to_ship' })
  expect(paid.transaction_id).toMatch(/^42/)
  expect(await one('SELECT status FROM inbox')).toEqual({ status: 'applied' })
  expect(await balances()).toMatchObject({ sales: -1980, wechat_receivable: 1980 })
  const events = await pair.db.query('SELECT type FROM event WHERE subject = $1 ORDER BY version', [
    `order:${id}`,
  ])
  expect(events.rows.map((row) => row.type)).toEqual(['order.created', 'order.paid'])
})

test('with every notification lost, asking in the rhythm finds out within ten seconds', async () => {
  await withFault({ preset: 'notify lost all day' }, async () => {
    const person = await Shopper.arrive(pair)
    const { id, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
    await person.cashier(payment, 'pay_and_leave')
    await person.untilStatus(id, 'paid', 10_000)
  })
})

test('confirm asks at once, so that losing the notification does not make anybody wait', async () => {
  await withFault({ preset: 'notify lost all day' }, async () => {
    const person = await Shopper.arrive(pair)
    const { id, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
    expect((await person.post(`/v1/orders/${id}/confirm`)).json.status).toBe('unpaid')
    await person.cashier(payment)
    const confirmed = await until(
      async () => await person.post(`/v1/orders/${id}/confirm`, {}, pair.other),
      ({ json }) => json.status === 'paid',
      4_000,
    )
    expect(confirmed.json.transaction_id).toMatch(/^42/)
  })
})

test('pressing pay twice, also at once and on two instances, is one order at WeChat', async () => {
  const person = await Shopper.arrive(pair)
  const { id, no, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  const again = await person.post(`/v1/orders/${id}/pay`)
  expect(again.json.payment.package).toBe(payment['package'])
  const order = await person.order([{ product_id: 'cup', quantity: 1 }])
  const both = await Promise.all(
    [pair.server, pair.other].map((at) => person.post(`/v1/orders/${order.json.id}/pay`, {}, at)),
  )
  expect(both.map((reply) => reply.status)).toEqual([200, 200])
  const { data: trades } = (await pair.simulator.get('/_sim/trades')).json
  for (const wanted of [no, order.json.out_trade_no]) {
    const same = trades.filter((trade: { out_trade_no: string }) => trade.out_trade_no === wanted)
    expect(same).toHaveLength(1)
  }
  const asking = await pair.db.query(
    `SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'ask-wechat' AND state = 'created'
       AND data->>'payment_id' = (SELECT id FROM payment WHERE out_trade_no = $1)`,
    [no],
  )
  expect(asking.rows[0].n).toBe(1)
})

test('cancel closes at WeChat first, gives the stock back, and the cashier takes nothing more', async () => {
  await restock()
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout()
  expect(await stockOf('tea')).toBe(8)
  const cancelled = await person.post(`/v1/orders/${id}/cancel`)
  expect([cancelled.status, cancelled.json.status]).toEqual([200, 'closed'])
  expect(await stockOf('tea')).toBe(10)
  expect((await person.post(`/v1/orders/${id}/cancel`)).json.status).toBe('closed')
  expect(await stockOf('tea')).toBe(10)
  expect((await person.post(`/v1/orders/${id}/pay`)).json.code).toBe('order_closed')
  expect((await person.cashier(payment)).json.trade_state).toBe('CLOSED')
})

test('an order that WeChat never saw is cancelled without asking WeChat', async () => {
  await restock()
  const person = await Shopper.arrive(pair)
  const { id } = (await person.order()).json
  expect((await person.post(`/v1/orders/${id}/cancel`)).json.status).toBe('closed')
  expect(await stockOf('tea')).toBe(10)
})

test('who pays while the order is being closed has paid, and the stock stays sold', async () => {
  await restock()
  await withFault({ preset: 'paid during close' }, async () => {
    const person = await Shopper.arrive(pair)
    const { id } = await person.checkout()
    const cancelled = await person.post(`/v1/orders/${id}/cancel`)
    expect([cancelled.status, cancelled.json.code]).toEqual([409, 'order_paid'])
    expect(await person.status(id)).toBe('paid')
    expect(await stockOf('tea')).toBe(8)
  })
})

test('when the answers to prepay and close are lost after their effect, all still ends well', async () => {
  await restock()
  await withFault({ preset: 'answer lost after effect' }, async () => {
    const person = await Shopper.arrive(pair)
    const { id } = (await person.order()).json
    const paying = await until(
      async () => await person.post(`/v1/orders/${id}/pay`),
      (reply) => reply.status === 200,
    )
    expect(paying.json.payment.signType).toBe('RSA')
    await person.post(`/v1/orders/${id}/cancel`)
    await person.untilStatus(id, 'closed', 20_000)
    expect(await stockOf('tea')).toBe(10)
  })
}, 40_000)

test('the second order of the last pieces is told that they are gone', async () => {
  await restock()
  const [first, second] = [await Shopper.arrive(pair), await Shopper.arrive(pair)]
  const lines = [{ product_id: 'tea', quantity: 6 }]
  const replies = await Promise.all([first.order(lines), second.order(lines)])
  expect(replies.map((reply) => reply.status).sort()).toEqual([201, 409])
  const refused = replies.find((reply) => reply.status === 409)
  expect(refused?.json).toMatchObject({ code: 'out_of_stock' })
  expect(refused?.json.detail).toContain('tea')
  expect(await stockOf('tea')).toBe(4)
})

test('the price is the one at placing, whatever the catalogue says at paying', async () => {
  await restock()
  const person = await Shopper.arrive(pair)
  const order = (await person.order([{ product_id: 'cup', quantity: 2 }])).json
  await pair.db.query(`UPDATE product SET price_fen = 1 WHERE id = 'cup'`)
  const { payment } = (await person.post(`/v1/orders/${order.id}/pay`)).json
  await pair.db.query(`UPDATE product SET price_fen = 2500 WHERE id = 'cup'`)
  const preview = await pair.simulator.post('/_sim/cashier/preview', { ...payment })
  expect(preview.json.total ?? order.total).toBe(5000)
})

test('own orders are listed newest first, page by page, and nobody sees another', async () => {
  const person = await Shopper.arrive(pair)
  const ids: string[] = []
  for (let n = 0; n < 3; n += 1) {
    ids.unshift((await person.order([{ product_id: 'cup', quantity: 1 }])).json.id)
  }
  const first = (await person.get('/v1/orders?limit=2')).json
  const rest = (await person.get(`/v1/orders?limit=2&cursor=${first.next_cursor}`)).json
  expect([...first.data, ...rest.data].map((order: { id: string }) => order.id)).toEqual(ids)
  expect(rest.next_cursor).toBeNull()
})
