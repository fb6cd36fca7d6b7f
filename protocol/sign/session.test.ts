import { expect, test } from 'vitest'
import { cashierSignatureV2 } from './cashier-v2.ts'
import { sessionSignature, verifyRawData } from './session.ts'

test('a signature of another length or none is refused, not thrown at', () => {
  for (const signature of ['', 'a', 'f'.repeat(40), 'f'.repeat(400)]) {
    expect(verifyRawData('{}', signature, 'HyVFkGl5F5OQWJZZaNzBBg==')).toBe(false)
  }
})

test('another session_key signs otherwise', () => {
  expect(sessionSignature('a', '{}')).not.toBe(sessionSignature('b', '{}'))
})

test('the v2 signature depends on its signType, although nothing else changed', () => {
  const call = { appId: 'wx1', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1' }
  expect(cashierSignatureV2({ ...call, signType: 'MD5' }, 'k')).toHaveLength(32)
  expect(cashierSignatureV2({ ...call, signType: 'HMAC-SHA256' }, 'k')).toHaveLength(64)
})
