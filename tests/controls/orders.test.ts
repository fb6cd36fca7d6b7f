// Negative controls of what an order is made of: each attack once more, with its guard taken away.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { Till } from '../support/till.ts'
import { without } from './without.ts'

let pair: Pair
let person: Shopper
let till: Till

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  till = new Till(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]
const paymentOf = async (orderId: string) => {
  const { rows } = await pair.db.query('SELECT * FROM payment WHERE order_id = $1', [orderId])
  return rows[0]
}

test('A-20 control: without the bound on a price, here and in the database, the cup is for nothing', async () => {
  const headers = till.headers({ 'content-type': 'application/json' })
  const give = async () => {
    const product = JSON.stringify({ name: 'Gift', price: 0, stock: null })
    return await pair.server.send('PUT', '/admin/v1/products/gift', product, headers)
  }
  const order = () => person.order([{ product_id: 'gift', quantity: 1 }])
  expect((await give()).status).toBe(400)
  await without('A-20', async () => {
    // Without our own check alone the database still says no, to the price and then to the order.
    expect((await give()).status).toBe(500)
    await pair.db.query('ALTER TABLE product DROP CONSTRAINT product_price_fen_check')
    expect((await give()).status).toBe(200)
    expect((await order()).status).toBe(500)
    await pair.db.query('ALTER TABLE customer_order DROP CONSTRAINT customer_order_total_fen_check')
    await pair.db.query('ALTER TABLE order_item DROP CONSTRAINT order_item_unit_price_fen_check')
    await pair.db.query('ALTER TABLE payment DROP CONSTRAINT payment_amount_fen_check')
    const { status, json } = await order()
    expect([status, json.total]).toEqual([201, 0])
  })
})

test("A-31 control: if the request's openid were believed, somebody else would be the payer", async () => {
  const stranger = await Shopper.arrive(pair)
  const { openid } = await paymentOf((await stranger.order(cup)).json.id)
  const order = async () => {
    const headers = person.headers({ 'idempotency-key': randomUUID() })
    const { json } = await pair.server.post('/v1/orders', { items: cup, openid }, headers)
    return (await paymentOf(json.id)).openid
  }
  expect(await order()).not.toBe(openid)
  expect(await without('A-31', order)).toBe(openid)
})

test('A-34 control: if the request were made anew at paying, a cup would be paid with one fen', async () => {
  const price = (fen: number) =>
    pair.db.query(`UPDATE product SET price_fen = $1 WHERE id = 'cup'`, [fen])
  const bought = async () => {
    const { id } = (await person.order(cup)).json
    await price(1)
    const { payment } = (await person.post(`/v1/orders/${id}/pay`)).json
    await person.cashier(payment)
    await person.untilStatus(id, 'paid')
    await price(2_500)
    const { transaction_id } = await paymentOf(id)
    const { data } = (await pair.simulator.get('/_sim/trades')).json
    return data.find((one: Record<string, unknown>) => one['transaction_id'] === transaction_id)
  }
  expect(await bought()).toMatchObject({ total: 2_500 })
  expect(await without('A-34', bought)).toMatchObject({ total: 1 })
})
