import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'

// A merchant that recognises WeChat by platform certificates alone, which come by download.
let pair: Pair
let person: Shopper

beforeAll(async () => {
  const none = { WECHATPAY_PUBLIC_KEY_ID: undefined, WECHATPAY_PUBLIC_KEY: undefined }
  pair = await startPair(2, none)
  const { mchid, appid, apiv3_key, certificate } = pair.credentials
  const merchant = { mchid, appids: [appid], apiv3_key, certificate, verification: 'certificate' }
  expect((await pair.simulator.post('/_sim/merchants', merchant)).status).toBe(201)
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]

const downloads = async () => {
  const { data } = (await pair.simulator.get('/_sim/journal?limit=500')).json
  return data.filter((line: { url: string }) => line.url.startsWith('/v3/certificates')).length
}

test('certificates are downloaded at the start, kept once, and used by both instances', async () => {
  const { id, payment } = await person.checkout(cup)
  await person.cashier(payment)
  await person.untilStatus(id, 'paid', 3_000)
  const { rows } = await pair.db.query('SELECT serial_no FROM platform_key')
  expect(rows.length).toBe(1)
  const confirmed = await person.post(`/v1/orders/${id}/confirm`, {}, pair.other)
  expect(confirmed.json.status).toBe('paid')
})

test('A-38 a thousand unknown serials are 401 each, and cause at most one download', async () => {
  const before = await downloads()
  const path = `/wechat/pay/notify/${pair.credentials.mchid}`
  const replies = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      pair.server.send('POST', path, '{}', {
        'content-type': 'application/json',
        'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000)),
        'Wechatpay-Nonce': 'n',
        'Wechatpay-Serial': (0xabc000 + index).toString(16).toUpperCase().padStart(40, '7'),
        'Wechatpay-Signature': 'AAAA',
      }),
    ),
  )
  expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([401]))
  expect((await downloads()) - before).toBeLessThanOrEqual(1)
})

test('a new platform certificate is learnt from the first message that it signed', async () => {
  await pair.simulator.post('/_sim/clock', { advance_ms: 6 * 60_000 })
  await pair.simulator.post('/_sim/faults', {
    point: 'notification',
    kind: 'platform_rotation',
    next: true,
  })
  const { id, payment } = await person.checkout(cup)
  await person.cashier(payment)
  await pair.simulator.post('/_sim/clock', { advance_ms: 20_000 })
  await person.untilStatus(id, 'paid', 5_000)
  const { rows } = await pair.db.query('SELECT serial_no FROM platform_key')
  expect(rows.length).toBe(2)
})
