import { expect, test } from 'vitest'
import { ManualClock } from '../../../../tests/support/clock.ts'
import { type Attempt, failedLogins, failuresMost, underWayMost } from './failed-logins.ts'

function begun(logins: ReturnType<typeof failedLogins>, address: string): Attempt | null {
  try {
    return logins.begin(address)
  } catch {
    return null
  }
}

test('of 1000 guesses sent at once only a bounded number reaches WeChat', () => {
  const logins = failedLogins(new ManualClock())
  const attempts = Array.from({ length: 1000 }, () => begun(logins, 'a')).filter((one) => one)
  expect(attempts).toHaveLength(underWayMost)
  for (const attempt of attempts) attempt?.end(true)
  expect(begun(logins, 'a')).toBeNull()
})

test('after so many failures an address waits until the minute is over, and no other does', () => {
  const clock = new ManualClock()
  const logins = failedLogins(clock)
  for (let count = 0; count < failuresMost; count += 1) logins.begin('a').end(true)
  expect(begun(logins, 'a')).toBeNull()
  expect(begun(logins, 'b')).not.toBeNull()
  clock.advance(59_999)
  expect(begun(logins, 'a')).toBeNull()
  clock.advance(1)
  expect(begun(logins, 'a')).not.toBeNull()
})

test('logins that succeed are not counted: many phones may share an address', () => {
  const logins = failedLogins(new ManualClock())
  for (let count = 0; count < 1000; count += 1) logins.begin('a').end(false)
  expect(begun(logins, 'a')).not.toBeNull()
})
