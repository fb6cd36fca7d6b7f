import { expect, it } from 'vitest'
import { billDay, timingOf } from './day.ts'

function timing(date: string, now: string, readyHour = 10) {
  const day = billDay(date)
  return day === null ? null : timingOf(day, Date.parse(now), readyHour)
}

it('R80 a bill is there from ten in the morning in Beijing of the next day', () => {
  expect(timing('2026-11-22', '2026-11-22T15:59:59.999Z')).toBe('not_over')
  expect(timing('2026-11-22', '2026-11-22T16:00:00Z')).toBe('creating')
  expect(timing('2026-11-22', '2026-11-23T01:59:59.999Z')).toBe('creating')
  expect(timing('2026-11-22', '2026-11-23T02:00:00Z')).toBe('ready')
  expect(timing('2026-11-22', '2026-11-22T16:00:00Z', 0)).toBe('ready')
  expect(timing('2026-11-24', '2026-11-23T02:00:00Z')).toBe('not_over')
})

it('R80 a bill can be had for three months', () => {
  expect(timing('2026-08-23', '2026-11-23T15:00:00Z')).toBe('ready')
  expect(timing('2026-08-22', '2026-11-23T15:00:00Z')).toBe('too_old')
  expect(timing('2026-08-23', '2026-11-23T16:00:00Z')).toBe('too_old')
  // There is no 31 November and no 30 February.
  expect(timing('2026-11-30', '2027-02-28T03:00:00Z')).toBe('ready')
  expect(timing('2026-02-28', '2026-05-31T03:00:00Z')).toBe('ready')
  expect(timing('2028-02-28', '2028-05-31T03:00:00Z')).toBe('too_old')
  expect(timing('2026-11-23', '2027-02-23T03:00:00Z')).toBe('ready')
})

it('only days of the calendar have bills', () => {
  const dates = ['2026-02-29', '2026-13-01', '2026-1-1', '20261123', '', '2026-11-23 ']
  expect(dates.map(billDay)).toEqual(dates.map(() => null))
  expect(billDay('2028-02-29')?.date).toBe('2028-02-29')
})
