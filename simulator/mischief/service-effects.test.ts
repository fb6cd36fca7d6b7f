// Faults of refunds, shipping and pushes, armed and seen.
import { beforeEach, expect, it } from 'vitest'
import { dispatchControl } from '../control/dispatch.ts'
import { openResource } from '../crypto/seal.ts'
import type { Seed } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'
import { miniServer } from '../testing/mini.ts'

let box: Box
let seed: Seed | undefined
const HOUR_MS = 60 * 60 * 1000

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

async function paid(number: string): Promise<void> {
  const { json } = await box.merchant.prepay(number, box.openid)
  expect(box.use(json['prepay_id'], 'pay').errMsg).toBe('requestPayment:ok')
  await box.wechat.commit()
}

it.each([
  ['user_account_abnormal', 403, 'USER_ACCOUNT_ABNORMAL'],
  ['no_auth', 403, 'NO_AUTH'],
  ['request_blocked', 403, 'REQUEST_BLOCKED'],
  ['mch_not_exists', 404, 'MCH_NOT_EXISTS'],
])('%s: the refund is refused and never was', async (kind, status, code) => {
  await paid('service-1')
  await box.wechat.clock.move((now) => now + HOUR_MS)
  box.arm('pay.refund', kind)
  const refused = await box.merchant.refund('service-1', 'R1', 1)
  expect([refused.status, refused.json['code']]).toEqual([status, code])
  expect((await box.merchant.queryRefund('R1')).status).toBe(404)
  expect((await box.merchant.refund('service-1', 'R1', 1)).status).toBe(200)
})

it('F-27 a refund ends CLOSED although it was accepted', async () => {
  await paid('service-2')
  box.arm('pay.refund', 'refund_closed')
  expect((await box.merchant.refund('service-2', 'R2', 1)).json['status']).toBe('PROCESSING')
  await box.wechat.clock.move((now) => now + 30 * 24 * HOUR_MS)
  expect((await box.merchant.queryRefund('R2')).json['status']).toBe('CLOSED')
})

it('F-20 M35 the preset "first notification comes late": the refund is told before the payment', async () => {
  const preset = { preset: 'first notification comes late' }
  expect((await dispatchControl(box.wechat, 'POST', '/_sim/faults', preset)).status).toBe(201)
  await paid('service-3')
  await box.wechat.clock.move((now) => now + 1000)
  expect(box.sent).toEqual([])
  await box.merchant.refund('service-3', 'R3', 1)
  await box.wechat.clock.move((now) => now + 3 * HOUR_MS)
  const events = box.sent.map(({ body }) => JSON.parse(Buffer.from(body).toString()).event_type)
  expect(events).toEqual(['REFUND.SUCCESS', 'TRANSACTION.SUCCESS'])
})

it('a refund’s notification can be damaged as a payment’s can', async () => {
  await paid('service-4')
  await box.wechat.clock.move((now) => now + 1000)
  box.arm('notification', 'other_apiv3_key')
  await box.merchant.refund('service-4', 'R4', 1)
  await box.wechat.clock.move((now) => now + HOUR_MS)
  const { resource, event_type: event } = JSON.parse(
    Buffer.from(box.sent.at(-1)?.body ?? '').toString(),
  )
  const opened = () =>
    openResource(
      resource.ciphertext,
      box.seed.credentials.apiv3_key,
      resource.nonce,
      resource.associated_data,
    )
  expect(event).toBe('REFUND.SUCCESS')
  expect(opened).toThrow()
})

it.each([
  ['payment_unknown', 10_060_001],
  ['shipping_frequency', 44_990],
  ['shipping_busy', 10_060_012],
])('F-63 shipping management: %s', async (kind, errcode) => {
  const mini = miniServer(box)
  const { appid } = box.seed.credentials
  box.arm('mini.is_trade_managed', kind)
  const managed = () => mini.post('/wxa/sec/order/is_trade_managed', { appid })
  expect(await managed()).toHaveProperty('errcode', errcode)
  expect(await managed()).toHaveProperty('errcode', 0)
})

it('F-25 a push whose answer is lost comes again', async () => {
  const { appid, app_secret: secret, message_token, message_aes_key } = box.seed.credentials
  const url = { message_url: 'http://127.0.0.1:9/messages', message_token, message_aes_key }
  await dispatchControl(box.wechat, 'POST', '/_sim/apps', { appid, secret, ...url })
  box.respond = async () => ({ got: 'answer', status: 200, body: 'success' })
  box.sent.length = 0
  box.arm('push', 'answer_lost')
  const message = { MsgType: 'event', Event: 'debug_demo' }
  await dispatchControl(box.wechat, 'POST', '/_sim/pushes', { message })
  await box.wechat.clock.move((now) => now + HOUR_MS)
  expect(box.sent).toHaveLength(2)
})
