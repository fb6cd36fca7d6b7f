import { createPublicKey } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type PayCall, parseAuthorization, parseSerialNo, requestMessage } from './index.ts'
import { verifyBytes } from './sign/rsa.ts'
import { answer, emptyRing, makeWire, probe, signedAnswer } from './testing/wire.ts'
import { makeWorld, type World } from './testing/world.ts'

let world: World
beforeAll(() => {
  world = makeWorld()
})

const PREPAY: PayCall = {
  method: 'POST',
  path: '/v3/pay/transactions/jsapi',
  body: '{"description":"两杯奶茶"}',
}
const BODY = '{"prepay_id":"wx261153585405162d4d02642eabe7000000"}'
const silent = (why: 'connect_failed' | 'timed_out' | 'broken') =>
  ({ got: 'silence', why }) as const

test('exactly the bytes that are sent are signed, with the headers that WeChat wants', async () => {
  const { client, sent } = makeWire(world, [await signedAnswer(world, 200, BODY)])
  expect(await client.send(PREPAY)).toMatchObject({
    got: 'answer',
    authentic: true,
    status: 200,
    json: JSON.parse(BODY),
    requestId: '08BFA5-0',
  })
  const [request] = sent
  const headers = Object.fromEntries(request?.headers ?? [])
  expect(headers).toMatchObject({
    Accept: 'application/json',
    'User-Agent': 'Minitill/0.1',
    'Content-Type': 'application/json',
  })
  expect(headers).not.toHaveProperty('Wechatpay-Serial')
  const reading = parseAuthorization(headers['Authorization'] ?? '')
  if (!reading.ok) throw new Error(reading.reason)
  const { nonce, timestamp, signature, serial, mchid } = reading.authorization
  expect([mchid, serial]).toEqual([world.signer.mchid, world.signer.serial])
  const { method, path } = PREPAY
  const body = request?.body ?? Buffer.of()
  const message = requestMessage({ method, path, nonce, timestamp: Number(timestamp), body })
  const publicKey = createPublicKey(world.signer.privateKey)
  expect(verifyBytes(publicKey, message, signature)).toBe(true)
  expect(Buffer.from(body).toString()).toBe(PREPAY.body)
})

test('a GET has no body and no content type; Wechatpay-Serial is sent when asked for', async () => {
  const replies = [await signedAnswer(world, 200, '{}', 'public_key')]
  const answerKey = world.publicKey.serial
  const { client, sent } = makeWire(world, replies, { settings: { answerKey } })
  await client.send({ method: 'GET', path: '/v3/x?mchid=1' })
  const headers = Object.fromEntries(sent[0]?.headers ?? [])
  expect(headers).not.toHaveProperty('Content-Type')
  expect(headers['Wechatpay-Serial']).toBe(answerKey)
  expect(sent[0]?.body).toHaveLength(0)
})

test('the key of sealed fields goes before the wished key of the answer', async () => {
  const more = { settings: { answerKey: world.publicKey.serial } }
  const { client, sent } = makeWire(world, [await signedAnswer(world, 200, '{}')], more)
  await client.send({ ...PREPAY, sealedWith: parseSerialNo('0A01') })
  expect(Object.fromEntries(sent[0]?.headers ?? [])['Wechatpay-Serial']).toBe('0A01')
})

test('an empty 204 and a business error are verified like any answer', async () => {
  const closed = makeWire(world, [await signedAnswer(world, 204, '')])
  expect(await closed.client.send(PREPAY)).toMatchObject({
    authentic: true,
    status: 204,
    json: undefined,
  })
  const error = '{"code":"ORDER_CLOSED","message":"该订单已失效"}'
  const refused = makeWire(world, [await signedAnswer(world, 400, error)])
  expect(await refused.client.send(PREPAY)).toMatchObject({
    authentic: true,
    status: 400,
    json: { code: 'ORDER_CLOSED' },
  })
})

test('an error that nobody signed is a hint, and carries no body to decide by', async () => {
  const body = '{"code":"SIGN_ERROR","message":"签名错误","trade_state":"SUCCESS"}'
  const { client } = makeWire(world, [answer(401, body)])
  expect(await client.send(PREPAY)).toEqual({
    got: 'answer',
    authentic: false,
    status: 401,
    requestId: '',
    why: 'header_missing',
    hint: { code: 'SIGN_ERROR', message: '签名错误' },
  })
  const html = makeWire(world, [answer(502, '<html>Bad gateway</html>')])
  expect(await html.client.send(PREPAY)).toMatchObject({ authentic: false, status: 502 })
})

test.each([200, 204, 302])('HTTP %i without a true signature is silence', async (status) => {
  const { client, sent } = makeWire(world, [answer(status, status === 200 ? BODY : '')])
  expect(await client.send(PREPAY)).toMatchObject({
    got: 'silence',
    why: 'unverified',
    detail: 'header_missing',
  })
  expect(sent).toHaveLength(1)
})

test('an altered 200 is silence', async () => {
  const signed = await signedAnswer(world, 200, BODY)
  const { client } = makeWire(world, [{ ...signed, body: Buffer.from(BODY.replace('26', '27')) }])
  expect(await client.send(PREPAY)).toMatchObject({ why: 'unverified', detail: 'signature_wrong' })
})

test('a probed answer is discarded and the same bytes are sent once more', async () => {
  const signed = await signedAnswer(world, 200, BODY)
  const { client, sent } = makeWire(world, [probe(signed), signed])
  expect(await client.send(PREPAY)).toMatchObject({ got: 'answer', authentic: true })
  expect(sent).toHaveLength(2)
  expect(sent[1]?.body).toEqual(sent[0]?.body)
  expect(sent[1]?.headers).not.toEqual(sent[0]?.headers)
})

test('a second probe ends it: bounded, and silence', async () => {
  const probed = probe(await signedAnswer(world, 200, BODY))
  const { client, sent } = makeWire(world, [probed, probed, probed])
  expect(await client.send(PREPAY)).toMatchObject({ why: 'unverified', detail: 'probe' })
  expect(sent).toHaveLength(2)
})

test('the second host is asked, with a fresh nonce, only when none was reached', async () => {
  const replies = [silent('connect_failed'), await signedAnswer(world, 200, BODY)]
  const { client, sent } = makeWire(world, replies)
  expect(await client.send(PREPAY)).toMatchObject({ authentic: true })
  expect(sent.map(({ host }) => host)).toEqual(['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com'])
  expect(sent[0]?.headers).not.toEqual(sent[1]?.headers)
})

test.each(['timed_out', 'broken'] as const)(
  '%s may have taken effect: no second host',
  async (why) => {
    const { client, sent } = makeWire(world, [silent(why)])
    expect(await client.send(PREPAY)).toEqual({ got: 'silence', why, detail: null, requestId: '' })
    expect(sent).toHaveLength(1)
  },
)

test('when no host is reached, that is said', async () => {
  const { client, sent } = makeWire(world, [silent('connect_failed'), silent('connect_failed')])
  expect(await client.send(PREPAY)).toMatchObject({ got: 'silence', why: 'connect_failed' })
  expect(sent).toHaveLength(2)
})

test('a transport that throws is silence, not an exception', async () => {
  const { client } = makeWire(world, [
    () => {
      throw new Error('socket')
    },
  ])
  expect(await client.send(PREPAY)).toMatchObject({ got: 'silence', why: 'broken' })
})

test('an answer beyond its bound is not looked at', async () => {
  const { client, sent } = makeWire(world, [await signedAnswer(world, 200, BODY)])
  const result = await client.send({ ...PREPAY, mostBytes: 10 })
  expect(result).toMatchObject({ got: 'silence', why: 'too_large' })
  expect(sent[0]?.mostBytes).toBe(10)
})

const unknownSerial = async (refresh: () => Promise<void>, by: 'certificate' | 'public_key') => {
  let ring = emptyRing(world)
  let refreshed = 0
  const ports = {
    keys: () => ring,
    refreshKeys: async () => {
      refreshed += 1
      await refresh()
      ring = world.ring
    },
  }
  const wire = makeWire(world, [await signedAnswer(world, 200, BODY, by)], { ports })
  return { result: await wire.client.send(PREPAY), refreshed, sent: wire.sent.length }
}

test('an unknown certificate is downloaded once; the call is not sent anew', async () => {
  const { result, refreshed, sent } = await unknownSerial(async () => {}, 'certificate')
  expect(result).toMatchObject({ authentic: true })
  expect([refreshed, sent]).toEqual([1, 1])
})

test('a refresh that fails leaves the answer unverified', async () => {
  const fail = () => Promise.reject(new Error('no network'))
  const { result, refreshed } = await unknownSerial(fail, 'certificate')
  expect(result).toMatchObject({ why: 'unverified', detail: 'serial_unknown' })
  expect(refreshed).toBe(1)
})

test('an unknown public key is never looked for: it cannot be downloaded', async () => {
  const { result, refreshed } = await unknownSerial(async () => {}, 'public_key')
  expect(result).toMatchObject({ why: 'unverified', detail: 'serial_unknown' })
  expect(refreshed).toBe(0)
})
