import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { RETRY_SECONDS } from './courier-plan.ts'
import { openResource } from './crypto/seal.ts'
import type { OutgoingMessage } from './ports.ts'
import type { Seed } from './seed.ts'
import { type Box, openBox, sentHeader } from './testing/box.ts'

let box: Box
let seed: Seed | undefined

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

async function paid(number: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { json } = await box.merchant.prepay(number, box.openid, more)
  expect(box.use(json['prepay_id'], 'pay').errMsg).toBe('requestPayment:ok')
}

interface Envelope {
  readonly id: string
  readonly resource: Readonly<Record<string, string>>
}

function envelope(message: OutgoingMessage | undefined): Envelope {
  return JSON.parse(Buffer.from(message?.body ?? '').toString('utf8'))
}

function opened(message: OutgoingMessage | undefined): Record<string, unknown> {
  const { ciphertext = '', nonce = '', associated_data: data = '' } = envelope(message).resource
  return JSON.parse(openResource(ciphertext, box.seed.credentials.apiv3_key, nonce, data))
}

function signatureFits(message: OutgoingMessage | undefined): boolean {
  if (message === undefined) return false
  const of = (name: string) => sentHeader(message, `wechatpay-${name}`)
  const { platform, credentials } = box.seed
  const key =
    of('serial') === credentials.public_key_id
      ? createPublicKey(credentials.public_key)
      : new X509Certificate(platform.certificate).publicKey
  const body = Buffer.from(message.body).toString('utf8')
  const text = `${of('timestamp')}\n${of('nonce')}\n${body}\n`
  return verify('sha256', Buffer.from(text), key, Buffer.from(of('signature'), 'base64'))
}

it('R50 the content is the paid order, sealed anew, signed, with nonce and associated data', async () => {
  await paid('courier-50', { attach: 'mine' })
  await box.passTime(1000)
  const [message] = box.sent
  expect(signatureFits(message)).toBe(true)
  expect(envelope(message)).toMatchObject({
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    summary: '支付成功',
    resource: { original_type: 'transaction', associated_data: 'transaction' },
  })
  expect(envelope(message).resource['nonce']).toHaveLength(12)
  expect(opened(message)).toMatchObject({
    out_trade_no: 'courier-50',
    trade_state: 'SUCCESS',
    attach: 'mine',
    payer: { openid: box.openid },
    transaction_id: expect.stringMatching(/^4200\d{24}$/),
  })
})

it('R51 refused, it comes again fifteen times in the official rhythm, then never', async () => {
  box.respond = async () => ({ got: 'answer', status: 500, body: '' })
  await paid('courier-51')
  const moved = await box.wechat.clock.move((now) => now + 25 * 60 * 60 * 1000)
  expect(moved).toMatchObject({ delivered: 0, failed: 16 })
  const times = box.sent.map((message) => Number(sentHeader(message, 'wechatpay-timestamp')))
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  expect(gaps).toEqual(RETRY_SECONDS)
  expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBe((24 * 60 + 4) * 60)
  expect(box.wechat.courier.pending).toBe(0)
})

it('R51 U11 only 200 and 204 acknowledge; silence, redirects and other 2xx do not', async () => {
  await paid('courier-52')
  const answers = [201, 301, 400, null, 200]
  box.respond = async () => {
    const status = answers.shift()
    if (status == null) return { got: 'silence', why: 'no answer within 5 seconds' }
    return { got: 'answer', status, body: '' }
  }
  const moved = await box.wechat.clock.move((now) => now + 60 * 60 * 1000)
  expect(moved).toMatchObject({ delivered: 1, failed: 4 })
  expect(box.sent[0]?.timeoutMs).toBe(5000)
})

it('R58 an HTML page with 200 acknowledges and hides the failure', async () => {
  box.respond = async () => ({ got: 'answer', status: 200, body: '<html>log in</html>' })
  await paid('courier-58')
  await box.passTime(1000)
  expect(box.wechat.courier.pending).toBe(0)
})

it('R52 U19 every attempt is signed and sealed anew under the same id', async () => {
  const answers = [500, 500, 200]
  box.respond = async () => ({ got: 'answer', status: answers.shift() ?? 200, body: '' })
  await paid('courier-53')
  await box.wechat.clock.move((now) => now + 60_000)
  const [first, second, third] = box.sent
  expect([first, second, third].map(signatureFits)).toEqual([true, true, true])
  expect(new Set(box.sent.map((one) => sentHeader(one, 'wechatpay-nonce'))).size).toBe(3)
  expect(new Set(box.sent.map((one) => envelope(one).resource['nonce'])).size).toBe(3)
  expect(new Set(box.sent.map((one) => envelope(one).id)).size).toBe(1)
})

it('U19 by switch a resend has another id', async () => {
  box.set({ notification_id: 'new' })
  const answers = [500, 200]
  box.respond = async () => ({ got: 'answer', status: answers.shift() ?? 200, body: '' })
  await paid('courier-54')
  await box.wechat.clock.move((now) => now + 60_000)
  expect(new Set(box.sent.map((one) => envelope(one).id)).size).toBe(2)
})

it('R16 while both keys are in use the public key signs its share', async () => {
  const seen = async (share: number) => {
    box.set({ public_key_share: share })
    await paid(`courier-share-${share}`)
    await box.passTime(1000)
    const last = box.sent.at(-1)
    return last === undefined ? '' : sentHeader(last, 'wechatpay-serial')
  }
  expect(await seen(0)).toBe(box.seed.platform.serialNo)
  expect(await seen(1)).toBe(box.seed.credentials.public_key_id)
})

it('R53 duplicates after success, and two copies at once', async () => {
  box.arm('notification', 'duplicated')
  await paid('courier-55')
  await box.passTime(1000)
  await box.passTime(2000)
  expect(box.sent.map((one) => opened(one)['out_trade_no'])).toEqual(['courier-55', 'courier-55'])
  expect(envelope(box.sent[0]).id).toBe(envelope(box.sent[1]).id)
  box.arm('notification', 'two_at_once')
  await paid('courier-56')
  await box.passTime(1000)
  expect(box.sent).toHaveLength(4)
})

it('R53 M35 delayed by minutes, and paid before the prepay answer left', async () => {
  box.arm('notification', 'delayed', { next: true, delayMs: 600_000 })
  await paid('courier-57')
  await box.passTime(1000)
  expect(box.sent).toHaveLength(0)
  await box.wechat.clock.move((now) => now + 600_000)
  expect(box.sent).toHaveLength(1)
  box.arm('pay.prepay', 'paid_before_answer')
  await box.merchant.prepay('courier-59', box.openid)
  expect((await box.merchant.query('courier-59')).json['trade_state']).toBe('SUCCESS')
})

it('R54 lost all day: nothing arrives, the query still tells the truth', async () => {
  box.arm('notification', 'lost', { probability: 1 })
  await paid('courier-60')
  expect(await box.wechat.clock.move((now) => now + 90_000_000)).toMatchObject({ failed: 16 })
  expect(box.sent).toEqual([])
  expect((await box.merchant.query('courier-60')).json['trade_state']).toBe('SUCCESS')
})

it('R55 without an APIv3 key none is sent; a new key seals the next attempt', async () => {
  const { world } = box.wechat
  const merchant = world.must('merchants', box.seed.credentials.mchid)
  world.put('merchants', merchant.mchid, { ...merchant, apiv3Key: null })
  await paid('courier-61')
  expect(box.wechat.courier.pending).toBe(0)
  world.put('merchants', merchant.mchid, merchant)
  await paid('courier-62')
  const apiv3Key = 'MinitillSimulatorOtherKey0000001'
  world.put('merchants', merchant.mchid, { ...merchant, apiv3Key })
  await box.passTime(1000)
  const { ciphertext = '', nonce = '' } = envelope(box.sent[0]).resource
  expect(() => opened(box.sent[0])).toThrow()
  expect(openResource(ciphertext, apiv3Key, nonce, 'transaction')).toContain('courier-62')
})

it('R56 R57 forged and odd notifications come on demand', async () => {
  const make = async (kind: string) => {
    box.arm('notification', kind)
    await paid(`courier-f-${kind.slice(0, 12)}`)
    await box.passTime(1000)
    return box.sent.at(-1)
  }
  expect(signatureFits(await make('wrong_signature'))).toBe(false)
  const old = await make('timestamp_old')
  const ageS = box.wechat.world.nowMs() / 1000 - Number(old?.headers['wechatpay-timestamp'])
  expect(ageS).toBeGreaterThan(300)
  expect(opened(await make('wrong_amount'))['amount']).toMatchObject({ total: 101 })
  expect(opened(await make('wrong_merchant'))['mchid']).not.toBe(box.seed.credentials.mchid)
  expect(opened(await make('unknown_order'))['out_trade_no']).toContain('UNKNOWN')
  expect(envelope(await make('other_type')).resource['original_type']).toBe('profitsharing')
  const damaged = await make('damaged_ciphertext')
  expect(signatureFits(damaged)).toBe(true)
  expect(() => opened(damaged)).toThrow()
  expect((await make('signtest'))?.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//)
  expect((await make('missing_signature'))?.headers['wechatpay-signature']).toBeUndefined()
})

it('notifications leave for this machine only', async () => {
  await paid('courier-70', { notify_url: 'https://shop.example.com/notify' })
  await box.passTime(1000)
  expect(box.sent).toEqual([])
  const last = box.wechat.journal.read(0, 5000).data.at(-1)
  expect(last?.answer.body).toContain('only addresses on this machine')
})

it('many at the same instant are all delivered once', async () => {
  for (let nth = 10; nth < 60; nth += 1) await paid(`courier-many-${nth}`)
  await box.passTime(200)
  for (let turn = 0; turn < 10 && box.wechat.courier.pending > 0; turn += 1) await box.passTime(10)
  expect(new Set(box.sent.map((one) => opened(one)['out_trade_no'])).size).toBe(50)
  expect(box.sent).toHaveLength(50)
})
