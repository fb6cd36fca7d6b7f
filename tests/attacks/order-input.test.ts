// What a phone may send with an order, and what never reaches one.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../support/http.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { changesNothing, journalEnd, notedAfter } from './support/nothing.ts'

let pair: Pair
let person: Shopper

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = { product_id: 'cup', quantity: 1 }

/** Sends bytes as they are: JSON.stringify could not write most of these. */
async function sendRaw(text: string, path = '/v1/orders'): Promise<Reply> {
  const more = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
  return await pair.server.send('POST', path, text, person.headers(more))
}

async function refused(text: string, field?: string | RegExp, path?: string): Promise<void> {
  const reply = await changesNothing(pair, () => sendRaw(text, path))
  expect([text.slice(0, 80), reply.status, reply.json.code]).toEqual([
    text.slice(0, 80),
    400,
    'invalid_request',
  ])
  const fields = reply.json.errors.map((error: { field: string }) => error.field)
  if (typeof field === 'string') expect(fields).toContain(field)
  else if (field !== undefined) expect(fields.join(' ')).toMatch(field)
}

/** The prepay request that WeChat got for an order. */
async function prepayOf(no: string, seq = 0): Promise<Record<string, unknown>> {
  const noted = await notedAfter(pair, seq)
  const prepay = noted.find(({ url, body }) => url.endsWith('/jsapi') && body.includes(no))
  if (prepay === undefined) throw new Error('WeChat got no prepay request')
  expect(prepay.verification.ok).toBe(true)
  return JSON.parse(prepay.body)
}

test('A-17 ★ a price sent by the phone is refused, and WeChat sees the price of the server', async () => {
  for (const name of ['amount', 'price', 'total', 'total_fee', 'currency', 'discount']) {
    await refused(JSON.stringify({ items: [cup], [name]: 1 }), name)
    await refused(JSON.stringify({ items: [{ ...cup, [name]: 1 }] }), `items[0].${name}`)
  }
  await refused(JSON.stringify({ items: [{ ...cup, unit_price: 1 }] }), 'items[0].unit_price')
  const order = (await sendRaw(JSON.stringify({ items: [cup] }))).json
  const path = `/v1/orders/${order.id}/pay`
  await refused('{"amount":1}', 'amount', path)
  await refused('{"total":1}', 'total', path)
  expect((await person.post(path)).status).toBe(200)
  expect(await prepayOf(order.out_trade_no)).toMatchObject({
    amount: { total: 2500, currency: 'CNY' },
  })
})

test('A-18 a quantity that is no whole number of 1 to 99 is refused', async () => {
  const quantities = [
    '-1',
    '0',
    '-0',
    '1.5',
    '1e0',
    '1e3',
    '"1"',
    '"1e3"',
    '100',
    '9007199254740992',
    `1${'0'.repeat(400)}`,
    '1e400',
    'null',
    'true',
    '[1]',
    '{}',
    'NaN',
    'Infinity',
    '0x1',
    '01',
  ]
  for (const quantity of quantities) {
    await refused(`{"items":[{"product_id":"cup","quantity":${quantity}}]}`)
  }
  await refused('{"items":[{"product_id":"cup"}]}', 'items[0].quantity')
  for (const items of ['[]', '{}', 'null', '"cup"', '[null]', '[[]]']) {
    await refused(`{"items":${items}}`)
  }
  expect((await sendRaw('{"items":[{"product_id":"cup","quantity":99}]}')).status).toBe(201)
})

async function stock(id: string, price: string): Promise<void> {
  await pair.db.query(
    `INSERT INTO product (id, name, description, price_fen, currency, stock, image_url, active,
       position, updated_at_ms)
     VALUES ($1, $1, '', $2, 'CNY', NULL, '', true, 9, 0)`,
    [id, price],
  )
}

test('A-19 quantity times price above the ceiling, or beyond all numbers, is refused', async () => {
  await stock('gold', '10000000')
  await stock('moon', String(Number.MAX_SAFE_INTEGER))
  for (const [id, quantity] of [
    ['gold', 2],
    ['gold', 99],
    ['moon', 1],
    ['moon', 99],
  ] as const) {
    await refused(JSON.stringify({ items: [{ product_id: id, quantity }] }), 'items')
  }
  // Many lines of one product count together, and so do their amounts.
  const split = Array.from({ length: 50 }, () => ({ product_id: 'cup', quantity: 2 }))
  await refused(JSON.stringify({ items: split }), /items\/0\/quantity|items\[0\]/)
  await refused(JSON.stringify({ items: [{ product_id: 'gold', quantity: 1 }, cup] }), 'items')
  await refused(JSON.stringify({ items: Array.from({ length: 51 }, () => cup) }), 'items')
  const just = JSON.stringify({ items: [{ product_id: 'gold', quantity: 1 }] })
  expect((await sendRaw(just)).json.total).toBe(10_000_000)
})

test('A-20 ★ nothing drives a total to zero: no discount is taken, no price below one fen kept', async () => {
  for (const name of ['coupon', 'coupon_id', 'discount', 'discounts', 'promotion']) {
    await refused(JSON.stringify({ items: [cup], [name]: -2500 }), name)
  }
  const cheaper = pair.db.query(`UPDATE product SET price_fen = 0 WHERE id = 'cup'`)
  await expect(cheaper).rejects.toThrow(/check constraint/)
  const key = `Bearer sk_${'a'.repeat(40)}`
  for (const price of [0, -1, 0.5, '100']) {
    const product = { name: 'Cup', price, stock: null }
    const reply = await changesNothing(
      pair,
      async () =>
        await pair.server.send('PUT', '/admin/v1/products/cup', JSON.stringify(product), {
          authorization: key,
          'content-type': 'application/json',
        }),
    )
    expect(reply.status).toBe(400)
  }
  // A coupon of WeChat's own is WeChat's money: the order is worth what it was.
  await pair.simulator.post('/_sim/switches', { coupon_fen: 2499 })
  const { id, payment } = await person.checkout([cup])
  await person.cashier(payment)
  await pair.simulator.post('/_sim/switches', { coupon_fen: 0 })
  expect(await person.untilStatus(id, 'paid')).toMatchObject({ total: 2500 })
})

test('A-29 a status, an owner or any other field of ours is not assigned from outside', async () => {
  const ours = ['status', 'id', 'account_id', 'openid', 'paid_at', 'out_trade_no', 'refunded_total']
  for (const name of ours) {
    await refused(JSON.stringify({ items: [cup], [name]: 'PAID' }), name)
    await refused(JSON.stringify({ items: [{ ...cup, [name]: 'PAID' }] }), `items[0].${name}`)
  }
  const order = (await sendRaw(JSON.stringify({ items: [cup] }))).json
  for (const step of ['pay', 'confirm', 'cancel']) {
    await refused('{"status":"PAID"}', 'status', `/v1/orders/${order.id}/${step}`)
  }
  for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) {
    const headers = person.headers({ 'content-type': 'application/json' })
    const reply = await changesNothing(
      pair,
      async () =>
        await pair.server.send(method, `/v1/orders/${order.id}`, '{"status":"paid"}', headers),
    )
    expect(reply.status).toBe(405)
  }
  expect(await person.status(order.id)).toBe('unpaid')
})

test('A-30 prototypes, bottomless JSON and doubled keys are refused', async () => {
  const line = '{"product_id":"cup","quantity":1}'
  const texts = [
    `{"items":[${line}],"__proto__":{"polluted":1}}`,
    `{"items":[{"product_id":"cup","quantity":1,"__proto__":{"polluted":1}}]}`,
    `{"items":[${line}],"constructor":{"prototype":{"polluted":1}}}`,
    `{"items":[${line}],"\\u005f_proto__":{"polluted":1}}`,
    `{"items":[{"product_id":"__proto__","quantity":1}]}`,
    `{"items":[{"product_id":"constructor","quantity":1}]}`,
    `{"items":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    `${'{"items":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    `{"items":[${line}],"items":[]}`,
    `{"items":[{"product_id":"cup","quantity":99,"quantity":1}]}`,
    `{"items":[{"product_id":"cup","quantity":1,"quantit\\u0079":99}]}`,
    `{"items":[${line}]}{"items":[]}`,
    `{"items":[${line}],}`,
    `\uFEFF{"items":[${line}]}`,
    `{"items":[{"product_id":"c\\u0000up","quantity":1}]}`,
    `{"items":[{"product_id":"\\ud800","quantity":1}]}`,
    '[]',
    '7',
    'null',
  ]
  for (const text of texts) await refused(text)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('A-33 odd names of products give a request that WeChat accepts, with a signature that fits', async () => {
  const names = [
    '茶🍵'.repeat(80),
    'x'.repeat(10_000),
    'a\r\nb\tc\u001b[31m\u0007d',
    '👨‍👩‍👧‍👦'.repeat(30),
    '"\\\u2028',
  ]
  for (const name of names) {
    await pair.db.query(`UPDATE product SET name = $1 WHERE id = 'cup'`, [name])
    const seq = await journalEnd(pair)
    const { no, payment } = await person.checkout([cup])
    const { description } = await prepayOf(no, seq)
    expect(typeof description).toBe('string')
    expect(String(description).length).toBeLessThanOrEqual(127)
    expect(String(description).isWellFormed()).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(description).not.toMatch(/[\u0000-\u001f\u007f]/)
    expect((await person.cashier(payment)).json.errMsg).toBe('requestPayment:ok')
  }
})
