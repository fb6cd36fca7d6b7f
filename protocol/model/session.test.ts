import { expect, test } from 'vitest'
import { parseAccessToken, parseCodeSession, parseMiniError, parsePhoneInfo } from './session.ts'

const session = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', session_key: 'tiihtNczf5v6AKRyjwEUhQ==' }

test('a login answer is read with errcode 0, without errcode, and with old extra fields', () => {
  const expected = { got: 'session', ...session }
  expect(parseCodeSession(session)).toEqual(expected)
  expect(parseCodeSession({ ...session, errcode: 0, errmsg: 'ok' })).toEqual(expected)
  expect(parseCodeSession({ ...session, expires_in: 7200 })).toEqual(expected)
  const unionid = 'ocMvos6NjeKLIBqg5Mr9QjxrP1FA'
  expect(parseCodeSession({ ...session, unionid })).toEqual({ ...expected, unionid })
})

test('a refusal keeps its code and finds the request id in every form of the message', () => {
  const rid = '66454a60-0a1b2c3d-4e5f6071'
  for (const text of [`code been used, rid: ${rid}`, `invalid code rid: ${rid}`]) {
    expect(parseCodeSession({ errcode: 40163, errmsg: text })).toEqual({
      got: 'error',
      errcode: 40163,
      errmsg: text,
      rid,
    })
  }
  expect(parseMiniError({ errcode: -1 })).toEqual({ got: 'error', errcode: -1, errmsg: '' })
})

test.each([
  [{ openid: session.openid }],
  [{ session_key: session.session_key }],
  [{ ...session, session_key: 'short' }],
  [{ ...session, openid: 5 }],
  [{ errcode: '40029' }],
  [null],
  ['{}'],
])('%j is neither a session nor a refusal', (value) => {
  expect(() => parseCodeSession(value)).toThrow()
})

test('an access token may be long, and never has more than two hours left', () => {
  const access_token = `${'1_'}${'a'.repeat(500)}`
  expect(parseAccessToken({ access_token, expires_in: 345 })).toEqual({
    got: 'token',
    access_token,
    expires_in: 345,
  })
  expect(() => parseAccessToken({ access_token, expires_in: 7201 })).toThrow('expires_in')
  expect(() => parseAccessToken({ access_token: 'a\nb', expires_in: 1 })).toThrow('access_token')
  expect(() => parseAccessToken({ access_token: 'a'.repeat(513), expires_in: 1 })).toThrow()
  expect(parseAccessToken({ errcode: 40125, errmsg: 'x' })).toMatchObject({ errcode: 40125 })
})

const phone = {
  phoneNumber: '13800138000',
  purePhoneNumber: '13800138000',
  countryCode: '86',
  watermark: { timestamp: 1_790_000_000, appid: 'wxd678efh567hg6787' },
}

test('a phone answer carries the watermark that the caller has to check', () => {
  expect(parsePhoneInfo({ errcode: 0, errmsg: 'ok', phone_info: phone })).toEqual({
    got: 'phone',
    ...phone,
    watermark: { timestamp: 1_790_000_000_000, appid: 'wxd678efh567hg6787' },
  })
  expect(parsePhoneInfo({ phone_info: { ...phone, countryCode: 86 } })).toMatchObject({
    countryCode: '86',
  })
})

test.each([
  [{}],
  [{ phone_info: { ...phone, watermark: undefined } }],
  [{ phone_info: { ...phone, phoneNumber: '<b>1</b>' } }],
  [{ phone_info: { ...phone, watermark: { ...phone.watermark, timestamp: '1' } } }],
])('%j is no phone answer', (value) => {
  expect(() => parsePhoneInfo(value)).toThrow()
})
