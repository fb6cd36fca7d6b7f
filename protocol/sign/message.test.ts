import { beforeAll, expect, test } from 'vitest'
import { afterMs } from '../model/index.ts'
import { makeWorld, signedHeaders, type World, withHeader } from '../testing/world.ts'
import { type Headers, verifyMessage } from './message.ts'

let world: World
let headers: Headers
const body = Buffer.from('{"prepay_id":"wx261153585405162d4d02642eabe7000000"}')
beforeAll(async () => {
  world = makeWorld()
  headers = await signedHeaders(world, body)
})
const verify = (changed: Headers, bytes: Uint8Array = body, now = world.now) =>
  verifyMessage({ headers: changed, body: bytes }, world.ring, now)

test('certificate and public key are believed at the same time', async () => {
  expect(verify(headers)).toEqual({ ok: true, serial: world.certificate.serial })
  const byPublicKey = await signedHeaders(world, body, 'public_key')
  expect(verify(byPublicKey)).toEqual({ ok: true, serial: world.publicKey.serial })
})

test('an empty answer is signed too', async () => {
  expect(verify(await signedHeaders(world, ''), Buffer.of()).ok).toBe(true)
})

test.each(['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature'])(
  '%s: missing, empty and doubled each have their reason',
  (name) => {
    const missing = { ok: false, reason: 'header_missing', detail: name }
    expect(verify(headers.filter(([key]) => key !== name))).toEqual(missing)
    expect(verify(withHeader(headers, name, ''))).toEqual(missing)
    const [, value = ''] = headers.find(([key]) => key === name) ?? []
    expect(verify([...headers, [name.toLowerCase(), value]])).toEqual({
      ok: false,
      reason: 'header_doubled',
      detail: name,
    })
  },
)

test.each([
  '0',
  '-1',
  '1e9',
  '1790000000000',
  '1790000000.0',
  ' 1790000000',
  '0x6AB13B00',
  'NaN',
  '01790000000',
  '179000000',
])('timestamp "%s" is malformed, before anything else', (value) => {
  expect(verify(withHeader(headers, 'Wechatpay-Timestamp', value))).toMatchObject({
    ok: false,
    reason: 'timestamp_malformed',
  })
})

test('five minutes to either side are the edge, and outside', () => {
  expect(verify(headers, body, afterMs(world.now, 299_999)).ok).toBe(true)
  expect(verify(headers, body, afterMs(world.now, -299_999)).ok).toBe(true)
  const late = verify(headers, body, afterMs(world.now, 300_000))
  expect(late).toMatchObject({ ok: false, reason: 'too_old' })
  const early = verify(headers, body, afterMs(world.now, -300_000))
  expect(early).toMatchObject({ ok: false, reason: 'in_future' })
})

test('a probe has a reason of its own, whatever its serial', () => {
  const probe = withHeader(headers, 'Wechatpay-Signature', 'WECHATPAY/SIGNTEST/abcd')
  expect(verify(probe)).toMatchObject({ ok: false, reason: 'probe' })
  expect(verify(withHeader(probe, 'Wechatpay-Serial', 'AB'))).toMatchObject({ reason: 'probe' })
})

test('an unknown serial is named', () => {
  expect(verify(withHeader(headers, 'Wechatpay-Serial', 'PUB_KEY_ID_09'))).toEqual({
    ok: false,
    reason: 'serial_unknown',
    detail: 'PUB_KEY_ID_09',
  })
})

test.each([
  ['a changed body', () => verify(headers, Buffer.concat([body, Buffer.from(' ')]))],
  ['a changed nonce', () => verify(withHeader(headers, 'Wechatpay-Nonce', 'other'))],
  [
    "the other key's name",
    () => verify(withHeader(headers, 'Wechatpay-Serial', world.publicKey.serial)),
  ],
  ['no base64', () => verify(withHeader(headers, 'Wechatpay-Signature', 'not base64!'))],
  ['base64 of nothing like it', () => verify(withHeader(headers, 'Wechatpay-Signature', 'AAAA'))],
])('%s is a wrong signature', (_, run) => {
  expect(run()).toMatchObject({ ok: false, reason: 'signature_wrong' })
})

test('another scheme is refused, the named one and none are taken', () => {
  const name = 'Wechatpay-Signature-Type'
  expect(verify([...headers, [name, 'WECHATPAY2-SHA256-RSA2048']]).ok).toBe(true)
  const other = verify([...headers, [name, 'WECHATPAY2-SM2-WITH-SM3']])
  expect(other).toMatchObject({ ok: false, reason: 'signature_type_unknown' })
})
