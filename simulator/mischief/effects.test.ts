// One fault after the other is armed and its effect seen, from the merchant's side.
import { beforeEach, expect, it } from 'vitest'
import { dispatchControl } from '../control/dispatch.ts'
import { RETRY_SECONDS } from '../courier-plan.ts'
import { openResource } from '../crypto/seal.ts'
import { armPreset } from '../mischief.ts'
import { sessionOf } from '../phone/login.ts'
import type { OutgoingMessage } from '../ports.ts'
import type { Seed } from '../seed.ts'
import { type Box, openBox, sentHeader } from '../testing/box.ts'
import { isSignedBy } from '../testing/merchant.ts'

let box: Box
let seed: Seed | undefined
const HOUR_MS = 60 * 60 * 1000

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

function query(number: string) {
  const path = `/v3/pay/transactions/out-trade-no/${number}?mchid=${box.seed.credentials.mchid}`
  const headers = { 'wechatpay-serial': box.seed.credentials.public_key_id }
  return box.merchant.call('GET', path, undefined, { headers })
}

async function paid(number: string): Promise<void> {
  const { json } = await box.merchant.prepay(number, box.openid)
  expect(box.use(json['prepay_id'], 'pay').errMsg).toBe('requestPayment:ok')
}

async function control(path: string, body: unknown) {
  const answer = await dispatchControl(box.wechat, 'POST', path, body)
  return JSON.parse(JSON.stringify(answer.body))
}

async function exchange(kind: string) {
  const { code } = await control('/_sim/login', {})
  box.arm('mini.code2session', kind)
  const { appid, app_secret: secret } = box.seed.credentials
  const given = { appid, secret, js_code: code, grant_type: 'authorization_code' }
  const path = `/sns/jscode2session?${new URLSearchParams(given)}`
  return (await box.merchant.control('GET', path)).json
}

interface Resource {
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data: string
}

function resourceOf(message: OutgoingMessage | undefined): Resource {
  return JSON.parse(Buffer.from(message?.body ?? '').toString('utf8')).resource
}

function opened(resource: Resource, key = box.seed.credentials.apiv3_key) {
  const { ciphertext, nonce, associated_data: data } = resource
  return JSON.parse(openResource(ciphertext, key, nonce, data))
}

/** The notification of a payment that this fault struck. */
async function struck(kind: string): Promise<OutgoingMessage | undefined> {
  box.arm('notification', kind)
  await paid(`effect-${kind.replaceAll('_', '-')}`)
  await box.passTime(1000)
  return box.sent.at(-1)
}

it('F-15 a connection that is reset has no answer and no effect', async () => {
  box.arm('pay.prepay', 'connection_reset')
  expect((await box.merchant.prepay('effect-1', box.openid)).status).toBe(0)
  expect((await query('effect-1')).status).toBe(404)
})

it('F-7 F-8 service unavailable and too fast, without effect', async () => {
  box.arm('pay.prepay', 'error_503_without_effect')
  const busy = await box.merchant.prepay('effect-2', box.openid)
  expect([busy.status, busy.json['code']]).toEqual([503, 'SERVICE_UNAVAILABLE'])
  box.arm('pay.prepay', 'rate_limited')
  expect((await box.merchant.prepay('effect-2', box.openid)).status).toBe(429)
  expect((await query('effect-2')).status).toBe(404)
})

it('F-13 a signature is of another time, though it verifies', async () => {
  await box.merchant.prepay('effect-3', box.openid)
  box.arm('pay.query', 'timestamp_future')
  const answer = await query('effect-3')
  expect(isSignedBy(answer, box.seed.credentials.public_key)).toBe(true)
  const aheadS = Number(answer.headers.get('wechatpay-timestamp')) - box.wechat.world.nowMs() / 1000
  expect(aheadS).toBeGreaterThanOrEqual(599)
})

it.each([
  ['clock_skew', /5分钟/],
  ['certificate_expired', /已过期/],
  ['certificate_revoked', /已作废/],
  ['certificate_replaced', /已更换/],
])('F-51 F-72 %s: the caller is refused in WeChat’s words, unsigned', async (kind, words) => {
  await box.merchant.prepay('effect-4', box.openid)
  box.arm('pay.query', kind)
  const refused = await query('effect-4')
  expect([refused.status, refused.json['code']]).toEqual([401, 'SIGN_ERROR'])
  expect(refused.json['message']).toMatch(words)
  expect(refused.headers.get('wechatpay-signature')).toBeNull()
  expect((await query('effect-4')).status).toBe(200)
})

it('F-72 certificates and notifications are sealed with the APIv3 key of before', async () => {
  const { apiv3_key: key } = box.seed.credentials
  const before = [...key].reverse().join('')
  box.arm('pay.certificates', 'other_apiv3_key')
  const { json } = await box.merchant.call('GET', '/v3/certificates')
  const [certificate] = json['data'] as { encrypt_certificate: Resource }[]
  const {
    ciphertext = '',
    nonce = '',
    associated_data: data = '',
  } = certificate?.encrypt_certificate ?? {}
  expect(() => openResource(ciphertext, key, nonce, data)).toThrow()
  expect(openResource(ciphertext, before, nonce, data)).toContain('BEGIN CERTIFICATE')
  const resource = resourceOf(await struck('other_apiv3_key'))
  expect(() => opened(resource)).toThrow()
  expect(opened(resource, before)).toHaveProperty('trade_state', 'SUCCESS')
})

it.each(['damaged_nonce', 'damaged_associated_data'])(
  'F-24 %s: what is signed does not open',
  async (kind) => {
    const message = await struck(kind)
    expect(message === undefined ? '' : sentHeader(message, 'wechatpay-signature')).toHaveLength(
      344,
    )
    expect(() => opened(resourceOf(message))).toThrow()
  },
)

it('F-26 the content names another mini program, or another merchant', async () => {
  const { appid, mchid } = box.seed.credentials
  const app = opened(resourceOf(await struck('wrong_app')))
  expect([app.appid === appid, app.mchid]).toEqual([false, mchid])
  const merchant = opened(resourceOf(await struck('wrong_merchant')))
  expect([merchant.appid, merchant.mchid === mchid]).toEqual([appid, false])
})

it('R56 a notification signed with WeChat’s key for another registered merchant', async () => {
  const { appid, certificate } = box.seed.credentials
  const own = { mchid: '1900000002', appids: [appid], apiv3_key: null, certificate }
  await control('/_sim/merchants', { ...own, verification: 'both' })
  const message = await struck('other_merchant_key')
  if (message === undefined) throw new Error('none was sent')
  expect(sentHeader(message, 'wechatpay-serial')).toBe(box.seed.credentials.public_key_id)
  const fits = (key: string | undefined) => {
    const headers = new Headers({ ...message.headers })
    const text = Buffer.from(message.body).toString('utf8')
    return isSignedBy({ status: 200, headers, text, bytes: Buffer.from(text), json: {} }, key ?? '')
  }
  const other = box.wechat.world.get('merchants', '1900000002')
  expect(fits(box.seed.credentials.public_key)).toBe(false)
  expect(fits(other?.publicKey.publicKey)).toBe(true)
})

it('F-13 F-23 a notification of the future and a probe', async () => {
  const future = await struck('timestamp_future')
  const at = future === undefined ? 0 : Number(sentHeader(future, 'wechatpay-timestamp'))
  expect(at).toBeGreaterThan(box.wechat.world.nowMs() / 1000 + 590)
  const probe = await struck('signtest')
  const signature = probe === undefined ? '' : sentHeader(probe, 'wechatpay-signature')
  expect(signature).toMatch(/^WECHATPAY\/SIGNTEST\//)
})

it('F-27 a notice of the second version comes as XML without a signature', async () => {
  const message = await struck('xml_v2')
  expect(Buffer.from(message?.body ?? '').toString('utf8')).toMatch(/^<xml>.*<req_info>/)
  expect(message?.headers).toEqual({ 'content-type': 'text/xml' })
})

it('F-63 code2Session is busy, limited, or knows no such code', async () => {
  expect(await exchange('busy')).toHaveProperty('errcode', -1)
  expect(await exchange('minute_quota')).toHaveProperty('errcode', 45011)
  expect(await exchange('code_invalid')).toHaveProperty('errcode', 40029)
  expect(await exchange('code_used')).toHaveProperty('errcode', 40163)
  expect(await exchange('code_blocked')).toHaveProperty('errcode', 40226)
})

it('F-64 the token dies between two calls: killed, expired or damaged', async () => {
  const { appid, app_secret: secret } = box.seed.credentials
  const token = async () => {
    const given = { grant_type: 'client_credential', appid, secret }
    return (await box.merchant.control('POST', '/cgi-bin/stable_token', given)).json
  }
  const asked = async (kind: string) => {
    const { access_token: text } = await token()
    box.arm('mini.checksession', kind)
    const path = `/wxa/checksession?access_token=${text}&openid=${box.openid}`
    return (await box.merchant.control('GET', path)).json['errcode']
  }
  const codes = [await asked('token_killed'), await asked('token_expired')]
  expect([...codes, await asked('token_malformed')]).toEqual([40001, 42001, 40014])
})

it('F-66 F-67 session_key changes behind the answer, and unionid comes later', async () => {
  const { session_key: told } = await exchange('session_key_rotated')
  const { defaultAppid: appid, defaultPerson: person } = box.wechat.world.meta
  expect(sessionOf(box.wechat.world, appid, person)?.sessionKey).not.toBe(told)
  const again = await exchange('unionid_missing')
  expect(again['session_key']).not.toBe(told)
  expect(again).not.toHaveProperty('unionid')
})

it('F-35 the preset "paid at the last second" pays a second before the end', async () => {
  const expires = new Date(box.wechat.world.nowMs() + HOUR_MS).toISOString()
  const expire = { time_expire: expires.replace(/\.\d+Z$/, '+00:00') }
  const { json } = await box.merchant.prepay('effect-5', box.openid, expire)
  armPreset(box.wechat.world, 'paid at the last second', 'p', {})
  const call = { ...box.merchant.payment(String(json['prepay_id'])), action: 'pay' }
  expect(await control('/_sim/cashier', call)).toMatchObject({ trade_state: 'SUCCESS' })
  const { payment, timeExpireMs } = box.wechat.world.values('trades')[0] ?? {}
  expect((timeExpireMs ?? 0) - (payment?.paidAtMs ?? 0)).toBe(1000)
})

it('F-35 without time_expire the last second is that of prepay_id', async () => {
  const { json } = await box.merchant.prepay('effect-6', box.openid)
  const before = box.wechat.world.nowMs()
  box.arm('cashier', 'last_second')
  const call = { ...box.merchant.payment(String(json['prepay_id'])), action: 'pay' }
  expect(await control('/_sim/cashier', call)).toMatchObject({ trade_state: 'SUCCESS' })
  expect(box.wechat.world.nowMs() - before).toBe(2 * HOUR_MS - 1000)
})

it('F-2 closed behind the answer: the ticket is worth nothing', async () => {
  box.arm('pay.prepay', 'closed_after_prepay')
  const { json } = await box.merchant.prepay('effect-7', box.openid)
  expect(box.use(json['prepay_id'], 'pay').dialog).toBe('订单已关闭')
})

it('F-17 a day of retries for fifty orders in one advance: their count and their order', async () => {
  box.respond = async () => ({ got: 'answer', status: 500, body: '' })
  for (let nth = 0; nth < 50; nth += 1) await paid(`effect-day-${nth}`)
  const moved = await box.wechat.clock.move((now) => now + 25 * HOUR_MS)
  const attempts = RETRY_SECONDS.length + 1
  expect(moved).toMatchObject({ delivered: 0, failed: 50 * attempts })
  const times = box.sent.map((message) => Number(sentHeader(message, 'wechatpay-timestamp')))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(new Set(times).size).toBe(attempts)
})

it('the same seed and the same arming fire at the same calls, in another world too', async () => {
  const fires = async (text: string) => {
    const own = await openBox(box.seed)
    own.arm('pay.query', 'html_502', { probability: 0.4, seed: text })
    const path = `/v3/pay/transactions/out-trade-no/none?mchid=${own.seed.credentials.mchid}`
    const statuses: number[] = []
    for (let nth = 0; nth < 30; nth += 1) {
      statuses.push((await own.merchant.call('GET', path)).status)
    }
    await own.wechat.stop()
    return statuses
  }
  const first = await fires('one')
  expect(await fires('one')).toEqual(first)
  expect(await fires('two')).not.toEqual(first)
  expect(new Set(first).size).toBe(2)
})
