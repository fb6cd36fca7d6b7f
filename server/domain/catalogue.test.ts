import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseCatalogue } from './catalogue.ts'

const tea = { id: 'tea', name: '茶', price: 990 }

test('the example shop is a catalogue', () => {
  const json: unknown = JSON.parse(readFileSync('example/catalogue.json', 'utf8'))
  expect(parseCatalogue(json)).toMatchObject({ ok: true })
})

test('what is left out has its documented value', () => {
  expect(parseCatalogue([tea])).toEqual({
    ok: true,
    products: [
      {
        id: 'tea',
        name: '茶',
        description: '',
        priceFen: 990,
        currency: 'CNY',
        stock: null,
        imageUrl: '',
        active: true,
        position: 0,
      },
    ],
  })
})

test('every problem is told at once, by index and field', () => {
  const check = parseCatalogue([
    tea,
    { ...tea, id: 'a b', price: 9.9, stock: -1, colour: 'red' },
    { ...tea, name: '', currency: 'USD', image_url: 'javascript:alert(1)', active: 'yes' },
    null,
  ])
  const places = check.ok ? [] : check.problems.map((line) => line.split(' ')[0])
  expect(places).toEqual([
    '[1].colour',
    '[1].id',
    '[1].price',
    '[1].stock',
    '[2].currency',
    '[2].active',
    '[2].name',
    '[2].image_url',
    '[2].id',
    '[3].id',
    '[3].name',
    '[3].price',
  ])
})

test('prices and stocks that are no whole numbers, and texts that no bill takes, are refused', () => {
  for (const price of [0, -1, 1.5, '990', 2 ** 53, null, Number.NaN]) {
    expect(parseCatalogue([{ ...tea, price }]).ok).toBe(false)
  }
  for (const name of ['a\u0000', '\ud800', 'x'.repeat(101), 7]) {
    expect(parseCatalogue([{ ...tea, name }]).ok).toBe(false)
  }
  expect(parseCatalogue({ products: [tea] }).ok).toBe(false)
})
