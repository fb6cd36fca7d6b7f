import { check, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterMs,
  beijingDate,
  epochSeconds,
  instant,
  parseRfc3339,
  rfc3339Beijing,
} from './time.ts'

test('an instant is written in Beijing time and read back', () => {
  const at = parseRfc3339('2026-11-23T11:20:26+08:00')
  expect(at).toBe(1_795_404_026_000)
  expect(rfc3339Beijing(at)).toBe('2026-11-23T11:20:26+08:00')
  expect(epochSeconds(afterMs(at, 999))).toBe(1_795_404_026)
})

test('every second keeps its value through the text', () => {
  const seconds = integer({ min: 0, max: 250_000_000_000 })
  const result = check(
    property(seconds, (s) => {
      const at = instant(s * 1000)
      return parseRfc3339(rfc3339Beijing(at)) === at
    }),
  )
  expect(result.failed).toBe(false)
})

test('the same moment in every permitted way of writing it', () => {
  const texts = [
    '2026-11-23T03:20:26Z',
    '2026-11-23T03:20:26.000Z',
    '2026-11-22T22:20:26-05:00',
    '2026-11-23T08:50:26+05:30',
  ]
  for (const text of texts) expect(parseRfc3339(text)).toBe(1_795_404_026_000)
  expect(parseRfc3339('2026-11-23T03:20:26.5Z')).toBe(1_795_404_026_500)
})

test("the day changes at Beijing's midnight", () => {
  expect(beijingDate(parseRfc3339('2026-11-23T15:59:59Z'))).toBe('2026-11-23')
  expect(beijingDate(parseRfc3339('2026-11-23T16:00:00Z'))).toBe('2026-11-24')
})

test.each([
  '',
  '2026-11-23',
  '2026-11-23 11:20:26',
  '2026-11-23T11:20:26',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-23T24:00:00Z',
  '2026-11-23T23:59:60Z',
  '2026-11-23T11:20:26+8',
  '2026-11-23T11:20:26+24:00',
  '2026-11-23T11:20:26 08:00',
  '1969-12-31T23:59:59Z',
])('"%s" is no time', (text) => {
  expect(() => parseRfc3339(text)).toThrow(RangeError)
})

test.each([-1, 1.5, Number.NaN, 253_402_300_800_000])('%s is no instant', (n) => {
  expect(() => instant(n)).toThrow(RangeError)
})
