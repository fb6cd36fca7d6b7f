import { check, constantFrom, integer, maxSafeInteger, nat, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { addFen, fen, fenFromYuanText, subtractFen, sumFen, timesFen, yuanText } from './money.ts'

const holds = (result: { failed: boolean; counterexample: unknown }) =>
  expect(result, JSON.stringify(result.counterexample)).toMatchObject({ failed: false })

test.each([-1, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is no amount', (n) => {
  expect(() => fen(n)).toThrow(RangeError)
})

test('minus zero becomes zero, so that no page ever prints it', () => {
  expect(Object.is(fen(-0), 0)).toBe(true)
})

test('every amount to 100 yuan has its own text and comes back from it', () => {
  const texts = new Set<string>()
  for (let n = 0; n <= 10_000; n += 1) {
    const text = yuanText(fen(n))
    expect(text).toMatch(/^\d+\.\d\d$/)
    expect(fenFromYuanText(text)).toBe(n)
    texts.add(text)
  }
  expect(texts.size).toBe(10_001)
})

test('large amounts survive the way to yuan and back to the fen', () => {
  holds(
    check(
      property(maxSafeInteger(), (n) => {
        const amount = fen(Math.abs(n))
        return fenFromYuanText(yuanText(amount)) === amount
      }),
    ),
  )
})

test('yuan text is what a person would write', () => {
  expect([0, 5, 10, 99, 100, 1234].map((n) => yuanText(fen(n)))).toEqual([
    '0.00',
    '0.05',
    '0.10',
    '0.99',
    '1.00',
    '12.34',
  ])
  expect(['12', '12.3', '12.34', '0.01'].map(fenFromYuanText)).toEqual([1200, 1230, 1234, 1])
})

test.each([
  '',
  ' 1',
  '-1',
  '+1',
  '1.',
  '.5',
  '1,000',
  '1e3',
  '0x10',
  '01',
  '1.234',
  '¥1',
  'NaN',
  '90071992547410.00',
])('"%s" is not guessed to be an amount', (text) => {
  expect(() => fenFromYuanText(text)).toThrow(RangeError)
})

test('no text is read as anything but its own digits', () => {
  const char = constantFrom(...'0123456789.-+e, ')
  holds(
    check(
      property(string({ unit: char, maxLength: 8 }), (text) => {
        try {
          const [yuan = '', decimals = ''] = text.split('.')
          return fenFromYuanText(text) === Number(yuan) * 100 + Number(decimals.padEnd(2, '0'))
        } catch (error) {
          return error instanceof RangeError
        }
      }),
    ),
  )
})

test('sums and products are exact or refused', () => {
  holds(
    check(
      property(nat(), nat(), integer({ min: 0, max: 999 }), (a, b, times) => {
        const [x, y] = [fen(a), fen(b)]
        return (
          subtractFen(addFen(x, y), y) === x &&
          timesFen(x, times) === a * times &&
          sumFen([x, y, x]) === a + b + a
        )
      }),
    ),
  )
  expect(() => addFen(fen(Number.MAX_SAFE_INTEGER), fen(1))).toThrow(RangeError)
  expect(() => timesFen(fen(2 ** 40), 2 ** 20)).toThrow(RangeError)
  expect(() => timesFen(fen(1), 1.5)).toThrow('quantity')
  expect(() => subtractFen(fen(1), fen(2))).toThrow(RangeError)
})
