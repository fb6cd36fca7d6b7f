import { beforeAll, expect, test } from 'vitest'
import { readNotification } from './index.ts'
import {
  makeWorld,
  PAID,
  sealedNotification,
  signedHeaders,
  type World,
  withHeader,
} from './testing/world.ts'

let world: World
beforeAll(() => {
  world = makeWorld()
})

const read = async (
  body: string | Uint8Array,
  by: 'certificate' | 'public_key' = 'certificate',
) => {
  const message = { headers: await signedHeaders(world, body, by), body: Buffer.from(body) }
  return readNotification(message, { keys: world.ring, apiv3Keys: [world.apiv3Key] }, world.now)
}

test.each(['certificate', 'public_key'] as const)(
  'a payment signed by the %s is read',
  async (by) => {
    const reading = await read(sealedNotification(world, PAID), by)
    expect(reading).toMatchObject({
      ok: true,
      notification: {
        kind: 'transaction',
        event_type: 'TRANSACTION.SUCCESS',
        transaction: { trade_state: 'SUCCESS', amount: { total: 100 } },
        plaintext: JSON.stringify(PAID),
      },
    })
  },
)

const REFUND = {
  mchid: '1900007291',
  out_trade_no: PAID.out_trade_no,
  transaction_id: PAID.transaction_id,
  out_refund_no: 'R202609110001',
  refund_id: '50300002342026091112345678901',
  refund_status: 'SUCCESS',
  success_time: '2026-09-11T09:03:11+08:00',
  amount: { total: 100, refund: 40, payer_total: 100, payer_refund: 40 },
  user_received_account: '支付用户零钱',
}

test('a refund is read as a refund', async () => {
  const envelope = { event_type: 'REFUND.SUCCESS', original_type: 'refund' }
  expect(await read(sealedNotification(world, REFUND, envelope))).toMatchObject({
    ok: true,
    notification: { kind: 'refund', refund: { refund_status: 'SUCCESS' } },
  })
})

test.each([
  [{ event_type: 'TRANSACTION.SUCCESS', original_type: 'profitsharing' }, { mchid: '1' }],
  [{ event_type: 'COMPLAINT.CREATE', original_type: 'complaint' }, { complaint_id: '1' }],
  [{}, { combine_out_trade_no: 'C20260910001', sub_orders: [] }],
])('verified events of other kinds are kept as text (%j)', async (envelope, content) => {
  const reading = await read(sealedNotification(world, content, envelope))
  const plaintext = JSON.stringify(content)
  expect(reading).toMatchObject({ ok: true, notification: { kind: 'other', plaintext } })
})

test('a genuine signed query answer is no notification', async () => {
  expect(await read(JSON.stringify(PAID))).toMatchObject({ ok: false, reason: 'not_an_envelope' })
})

const changed = (change: (envelope: Record<string, unknown>) => unknown) =>
  JSON.stringify(change(JSON.parse(sealedNotification(world, PAID))))

test.each([
  [
    'another algorithm',
    () => sealedNotification(world, PAID, { algorithm: 'AEAD_SM4_GCM' }),
    'algorithm_unknown',
  ],
  [
    'no resource',
    () => changed(({ resource, ...rest }) => (resource ? rest : {})),
    'not_an_envelope',
  ],
  [
    'another resource type',
    () => changed((all) => ({ ...all, resource_type: 'plain' })),
    'not_an_envelope',
  ],
  ['an array', () => changed((all) => [all]), 'not_an_envelope'],
  ['XML', () => '<xml><return_code>SUCCESS</return_code></xml>', 'not_json'],
  ['nothing', () => '', 'not_json'],
  ['no UTF-8', () => Buffer.of(0x22, 0xff, 0x22), 'not_json'],
  [
    'a paid content without amount',
    () => sealedNotification(world, { ...PAID, amount: null }),
    'content_malformed',
  ],
  ['a content of another kind', () => sealedNotification(world, 'text'), 'content_malformed'],
])('signed by WeChat, but %s: refused', async (_, body, reason) => {
  expect(await read(body())).toMatchObject({ ok: false, reason })
})

test("another merchant's APIv3 key opens nothing of ours", async () => {
  const other = makeWorld()
  const body = sealedNotification(world, PAID)
  const message = { headers: await signedHeaders(world, body), body: Buffer.from(body) }
  const keys = { keys: other.ring, apiv3Keys: [world.apiv3Key] }
  expect(readNotification(message, keys, world.now)).toMatchObject({ reason: 'signature_wrong' })
  const sealed = { keys: world.ring, apiv3Keys: [] }
  expect(readNotification(message, sealed, world.now)).toMatchObject({ reason: 'not_authentic' })
})

test('unsigned, altered and probed notifications fail before anything is parsed', async () => {
  const body = sealedNotification(world, PAID)
  const merchant = { keys: world.ring, apiv3Keys: [world.apiv3Key] }
  const headers = await signedHeaders(world, body)
  const bytes = Buffer.from(body)
  const reasons = [
    readNotification({ headers: [], body: bytes }, merchant, world.now),
    readNotification({ headers, body: Buffer.from(`${body}\n`) }, merchant, world.now),
    readNotification(
      {
        headers: withHeader(headers, 'Wechatpay-Signature', 'WECHATPAY/SIGNTEST/x'),
        body: bytes,
      },
      merchant,
      world.now,
    ),
    readNotification({ headers, body: Buffer.alloc(2_097_153) }, merchant, world.now),
  ].map((reading) => !reading.ok && reading.reason)
  expect(reasons).toEqual(['header_missing', 'signature_wrong', 'probe', 'too_large'])
})

test('ten thousand nested brackets, signed, are refused and not fallen over', async () => {
  expect(await read('['.repeat(10_000))).toMatchObject({ ok: false, reason: 'not_json' })
  expect(await read(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toMatchObject({
    ok: false,
    reason: 'not_an_envelope',
  })
})
