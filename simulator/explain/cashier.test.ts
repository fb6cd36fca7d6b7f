// Calls of the cashier, each with one mistake of a merchant's server or its mini program.
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { dispatchControl } from '../control/dispatch.ts'
import { type Box, openBox } from '../testing/box.ts'
import { signed } from '../testing/caller.ts'

let box: Box
let prepayId: string
const OTHER_APP = 'wx0000bbbbbbbbbbbb'

beforeAll(async () => {
  box = await openBox()
  const { json } = await box.merchant.prepay('EXPLAIN1', box.openid)
  prepayId = String(json['prepay_id'])
  const app = box.wechat.world.must('apps', box.seed.credentials.appid)
  box.wechat.world.put('apps', OTHER_APP, { ...app, appid: OTHER_APP, seeded: false })
})

interface Call {
  readonly appid: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
}

function right(): Call {
  const { timeStamp, nonceStr, package: bag } = box.merchant.payment(prepayId, 'aNonceOfCalls')
  return { appid: box.seed.credentials.appid, timeStamp, nonceStr, package: bag }
}

function textOf(call: Call): string {
  return `${call.appid}\n${call.timeStamp}\n${call.nonceStr}\n${call.package}\n`
}

const sign = (text: string) => signed(text, box.seed.credentials.private_key)

/** The code after a call with this paySign, and what the journal keeps of it. */
async function codeOf(paySign: string, more: Record<string, unknown> = {}) {
  const { appid: _, ...call } = right()
  const input = { ...call, signType: 'RSA', paySign, action: 'cancel', ...more }
  const { body } = await dispatchControl(box.wechat, 'POST', '/_sim/cashier', input)
  const { diagnosis } = body as { diagnosis?: { code: string; received: string } }
  if (diagnosis === undefined) return undefined
  const last = box.wechat.journal.read(0, 5000).data.at(-1)
  expect(last).toMatchObject({ url: 'wx.requestPayment', verification: { diagnosis } })
  return diagnosis.code
}

const TEXTS: readonly (readonly [string, (call: Call) => string])[] = [
  ['package_unsigned_prefix', (call) => textOf({ ...call, package: prepayId })],
  ['package_signed_prefix', (call) => textOf({ ...call, package: `prepay_id=${call.package}` })],
  ['appid_other', (call) => textOf({ ...call, appid: OTHER_APP })],
  ['timestamp_milliseconds', (call) => textOf({ ...call, timeStamp: `${call.timeStamp}000` })],
  [
    'timestamp_differs',
    (call) => textOf({ ...call, timeStamp: String(Number(call.timeStamp) - 1) }),
  ],
  ['nonce_case', (call) => textOf({ ...call, nonceStr: call.nonceStr.toUpperCase() })],
  ['nonce_empty', (call) => textOf({ ...call, nonceStr: '' })],
  ['missing_last_newline', (call) => textOf(call).slice(0, -1)],
  ['extra_last_newline', (call) => `${textOf(call)}\n`],
  ['crlf', (call) => textOf(call).replaceAll('\n', '\r\n')],
  ['newline_literal', (call) => textOf(call).replaceAll('\n', '\\n')],
  ['newlines_missing', (call) => textOf(call).replaceAll('\n', '')],
  [
    'lines_reordered',
    (call) => `${call.appid}\n${call.nonceStr}\n${call.timeStamp}\n${call.package}\n`,
  ],
  ['cashier_sign_type_line', (call) => `${textOf(call)}RSA\n`],
  [
    'cashier_pairs',
    ({ appid, timeStamp, nonceStr, package: bag }) =>
      `appId=${appid}&nonceStr=${nonceStr}&package=${bag}&signType=RSA&timeStamp=${timeStamp}`,
  ],
  ['text_unknown', (call) => textOf({ ...call, nonceStr: 'made again' })],
]

describe('M28 R41 the text that is signed for the cashier', () => {
  it.each(TEXTS)('%s is found', async (code, make) => {
    expect(await codeOf(sign(make(right())))).toBe(code)
  })

  it('two mistakes are both found', async () => {
    const cut = textOf({ ...right(), package: prepayId }).slice(0, -1)
    expect(await codeOf(sign(cut))).toBe('package_unsigned_prefix')
    const hints = box.wechat.journal.read(0, 5000).data.at(-1)?.verification.diagnosis?.hints
    expect(hints?.map(({ code }) => code)).toEqual([
      'package_unsigned_prefix',
      'missing_last_newline',
    ])
  })
})

describe('M27 M29 the call itself', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['package_prefix_missing', () => ({ package: prepayId })],
    ['package_prefix_doubled', () => ({ package: `prepay_id=prepay_id=${prepayId}` })],
    ['cashier_parameter_type', () => ({ timeStamp: Number(right().timeStamp) })],
    ['sign_type_v2', () => ({ signType: 'MD5' })],
    ['sign_type_v2', () => ({ signType: 'HMAC-SHA256' })],
    ['sign_type_wrong', () => ({ signType: 'rsa' })],
    ['app_other', () => ({ appid: OTHER_APP })],
  ])('%s is found', async (code, more) => {
    expect(await codeOf(sign(textOf(right())), more())).toBe(code)
  })
})

describe('the key', () => {
  it('signature_mismatch: a key that nobody here has', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(await codeOf(signed(textOf(right()), pem))).toBe('signature_mismatch')
  })

  it('platform_key: WeChat Pay’s own', async () => {
    const { mchid, apiv3_key: apiv3 } = box.seed.credentials
    const platform = box.wechat.world.must('merchants', mchid).publicKey.privateKey
    expect(await codeOf(signed(textOf(right()), platform))).toBe('platform_key')
    const hmac = createHmac('sha256', apiv3).update(textOf(right())).digest('hex')
    expect(await codeOf(hmac)).toBe('hmac_apiv3_key')
    expect(JSON.stringify(box.wechat.journal.read(0, 5000))).not.toContain(apiv3)
  })
})

it('a correct call is never diagnosed', async () => {
  expect(await codeOf(sign(textOf(right())))).toBeUndefined()
})
