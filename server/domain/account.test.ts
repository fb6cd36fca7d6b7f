import { instant, parseAppid } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { isPhoneOurs, maskPhone } from './account.ts'

const own = parseAppid('wx0000aaaaaaaaaaaa')
const foreign = parseAppid('wx0000bbbbbbbbbbbb')
const now = instant(1_800_000_000_000)
const minute = 60_000

test('a masked phone number keeps at least four digits hidden, whatever its length', () => {
  expect(maskPhone('13800000000')).toBe('138****0000')
  for (let length = 1; length <= 15; length += 1) {
    const shown = maskPhone('123456789012345'.slice(0, length)).replace(/\D/g, '').length
    expect([length, length - shown >= Math.min(4, length - 2)]).toEqual([length, true])
  }
  expect(maskPhone('51234567')).toBe('****4567')
})

test("WeChat's statement of a phone number counts for our app alone, and for ten minutes", () => {
  const made = (agoMs: number, appid = own) => ({ appid, atMs: instant(now - agoMs) })
  expect(isPhoneOurs(made(0), own, now)).toBe(true)
  expect(isPhoneOurs(made(10 * minute - 1), own, now)).toBe(true)
  expect(isPhoneOurs(made(10 * minute), own, now)).toBe(false)
  expect(isPhoneOurs(made(-minute), own, now)).toBe(false)
  expect(isPhoneOurs(made(0, foreign), own, now)).toBe(false)
})
