import { fen } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { describe as describeItems, plainText, tradeNo } from './freeze-payment.ts'
import { priceOrder } from './price-order.ts'
import type { Product } from './product.ts'
import { nextAsk, restartsRhythm } from './rhythm.ts'
import { at } from './testing/evidence.ts'

const product = (change: Partial<Product> = {}): Product => ({
  id: 'tea',
  name: 'Tea',
  description: '',
  priceFen: fen(990),
  currency: 'CNY',
  stock: 5,
  imageUrl: '',
  active: true,
  position: 1,
  ...change,
})

test('the price is ours: quantity times the locked row, and equal products become one line', () => {
  const lines = [
    { productId: 'tea', quantity: 2 },
    { productId: 'tea', quantity: 1 },
  ]
  expect(priceOrder(lines, [product()])).toEqual({
    ok: true,
    totalFen: 2970,
    items: [{ productId: 'tea', name: 'Tea', quantity: 3, unitPriceFen: 990, amountFen: 2970 }],
  })
})

test('the total counts every line, whatever their order', () => {
  const cup = product({ id: 'cup', name: 'Cup', priceFen: fen(50) })
  const lines = [
    { productId: 'tea', quantity: 2 },
    { productId: 'cup', quantity: 3 },
  ]
  for (const asked of [lines, lines.toReversed()]) {
    expect(priceOrder(asked, [product(), cup])).toMatchObject({ ok: true, totalFen: 2130 })
  }
})

test('split lines cannot take more than there is, nor more than a line may have', () => {
  const two = (quantity: number) => [1, 2].map(() => ({ productId: 'tea', quantity }))
  expect(priceOrder(two(3), [product()])).toMatchObject({ problem: 'out_of_stock' })
  expect(priceOrder(two(60), [product({ stock: null })])).toMatchObject({ why: 'bad_quantity' })
})

test.each([-1, 0, 1.5, 100, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
  'A-18 a quantity of %s is refused, and the answer names the field',
  (quantity) => {
    const lines = [{ productId: 'tea', quantity }]
    expect(priceOrder(lines, [product()])).toEqual({
      ok: false,
      problem: 'invalid',
      field: 'items[0].quantity',
      why: 'bad_quantity',
    })
  },
)

test('A-19 an order above the ceiling is refused, also when a price is absurd', () => {
  for (const priceFen of [fen(200_000), fen(Number.MAX_SAFE_INTEGER)]) {
    const dear = product({ priceFen, stock: null })
    expect(priceOrder([{ productId: 'tea', quantity: 99 }], [dear])).toMatchObject({
      why: 'total_too_big',
    })
  }
})

test('a product that is not sold any more is unknown', () => {
  const lines = [{ productId: 'tea', quantity: 1 }]
  expect(priceOrder(lines, [product({ active: false })])).toMatchObject({ why: 'unknown_product' })
  expect(priceOrder(lines, [])).toMatchObject({ why: 'unknown_product' })
  expect(priceOrder([], [])).toMatchObject({ why: 'no_lines' })
})

test('A-33 a description has no control characters, no emoji, and at most 127 characters', () => {
  expect(plainText('Tea\u0000\n\u202e 🍵  green')).toBe('Tea green')
  const item = { productId: 'x', quantity: 2, unitPriceFen: fen(1), amountFen: fen(2) }
  const long = describeItems([
    { ...item, name: '茶'.repeat(10_000) },
    { ...item, name: 'b' },
  ])
  expect(long).toHaveLength(127)
  expect(long.endsWith(' × 2 等 2 件商品')).toBe(true)
  expect(describeItems([{ ...item, name: '🍵', quantity: 1 }])).toBe('订单')
})

test('our numbers carry the prefix and fit into 32 characters; a long prefix is refused', () => {
  const chance = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
  expect(tradeNo('MT', chance)).toMatch(/^MT[0-9a-v]{30}$/)
  expect(() => tradeNo('X'.repeat(17), chance)).toThrow('MINITILL_TRADE_PREFIX')
})

test('WeChat is first asked within 10 s, then at 30 s, 1, 3, 5, 10, 30 min and every 30 min', () => {
  const asked: number[] = []
  for (let now = at; asked.length < 9; now = nextAsk(at, now))
    asked.push((nextAsk(at, now) - at) / 1000)
  expect(asked).toEqual([5, 30, 60, 180, 300, 600, 1800, 3600, 5400])
  expect(restartsRhythm(null, at)).toBe(true)
  expect(restartsRhythm(at, at)).toBe(false)
})
