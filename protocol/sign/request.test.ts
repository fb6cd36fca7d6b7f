import { check, constantFrom, property, shuffledSubarray, string } from 'fast-check'
import { expect, test } from 'vitest'
import { buildAuthorization, parseAuthorization, requestMessage, SCHEME } from './request.ts'

const parts = {
  mchid: '1900007291',
  nonce: 'N1',
  timestamp: '1554208460',
  serial: '408B',
  signature: 'a+/=',
}

test('a request without body is signed with an empty fifth line', () => {
  const request = { method: 'GET', path: '/v3/x?mchid=1', timestamp: 1, nonce: 'n' }
  const message = requestMessage({ ...request, body: new Uint8Array() })
  expect(message.toString()).toBe('GET\n/v3/x?mchid=1\n1\nn\n\n')
})

test('bytes that are no UTF-8 are signed as they are', () => {
  const request = { method: 'POST', path: '/', timestamp: 1, nonce: 'n', body: Buffer.of(0xff, 0) }
  expect(requestMessage(request).subarray(-3)).toEqual(Buffer.of(0xff, 0, 0x0a))
})

test('the header is read whatever the order of its pairs', () => {
  const [, pairs = ''] = buildAuthorization(parts).split(' ')
  const all = pairs.split(',')
  const orders = shuffledSubarray(all, { minLength: all.length })
  const result = check(
    property(orders, (order) => {
      const reading = parseAuthorization(`${SCHEME} ${order.join(',')}`)
      return reading.ok && JSON.stringify(reading.authorization) === JSON.stringify(parts)
    }),
  )
  expect(result.failed).toBe(false)
})

test.each([
  ['', 'malformed'],
  [SCHEME, 'malformed'],
  ['Bearer abc', 'scheme_unknown'],
  [`${SCHEME}  mchid="1"`, 'malformed'],
  [buildAuthorization({ ...parts, signature: '' }), 'malformed'],
  [`${buildAuthorization(parts)},mchid="2"`, 'malformed'],
  [buildAuthorization(parts).replace(',', ', '), 'malformed'],
  [buildAuthorization(parts).replaceAll('"', ''), 'malformed'],
  [buildAuthorization(parts).replace('nonce_str', 'nonce'), 'malformed'],
  [buildAuthorization(parts).toLowerCase(), 'scheme_unknown'],
])('the header %j is refused as %s', (header, reason) => {
  expect(parseAuthorization(header)).toEqual({ ok: false, reason })
})

test('no header text makes the reader throw', () => {
  const char = constantFrom(...'mchid="1, \n')
  const result = check(
    property(string({ unit: char }), (text) => {
      return parseAuthorization(`${SCHEME} ${text}`).ok === false
    }),
  )
  expect(result.failed).toBe(false)
})
