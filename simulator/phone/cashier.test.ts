import { beforeAll, expect, it } from 'vitest'
import { registerApp } from '../control/register.ts'
import { openUserData } from '../crypto/seal.ts'
import { rotatePlatform } from '../merchant.ts'
import { plantPerson, SEED_BALANCE } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'
import { previewCashier } from './cashier.ts'
import { login, sessionOf } from './login.ts'
import { rawDataSignature, sealedPhone, userData } from './user-data.ts'

let box: Box
let count = 0

beforeAll(async () => {
  box = await openBox()
})

async function order(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  count += 1
  const answer = await box.merchant.prepay(`cashier-${1000 + count}`, box.openid, more)
  expect(answer.status).toBe(200)
  return String(answer.json['prepay_id'])
}

function balance(): number {
  return box.wechat.world.must('people', box.wechat.world.meta.defaultPerson).balance
}

const CANCEL = 'requestPayment:fail cancel'

it('M27 a parameter that is no string fails locally, one clause each', async () => {
  const id = await order()
  const numbered = box.use(id, 'pay', { timeStamp: 1_780_000_000, nonceStr: undefined })
  expect(numbered).toMatchObject({
    errMsg:
      'requestPayment:fail parameter error: parameter.timeStamp should be String instead of Number;parameter.nonceStr should be String instead of Undefined;',
    trade_state: null,
    dialog: null,
  })
})

it('M28 without signType RSA a v3 order can’t be paid', async () => {
  const id = await order()
  for (const signType of [undefined, 'MD5', 'HMAC-SHA256']) {
    expect(box.use(id, 'pay', { signType })).toMatchObject({
      errMsg: CANCEL,
      trade_state: 'NOTPAY',
      dialog: '支付验证签名失败',
    })
  }
})

it('M29 a package without its prefix, or with an unknown id, misses total_fee', async () => {
  const id = await order()
  for (const bag of [id, 'prepay_id=null', 'prepay_id=', '']) {
    expect(box.use(id, 'pay', { package: bag }).errMsg).toContain('total_fee')
  }
  box.set({ total_fee_form: 'dialog' })
  const shown = box.use(id, 'pay', { package: id })
  expect(shown).toMatchObject({ errMsg: CANCEL, dialog: 'JSAPI缺少参数total_fee' })
  box.set()
})

it('R41 M31 paySign by another key, over another appid, or with a lost "+" is refused', async () => {
  const id = await order()
  const right = box.merchant.payment(id)
  const lines = [right.timeStamp, right.nonceStr, right.package] as const
  const foreign = box.merchant.sign('wx0000000000000000', ...lines)
  const bare = box.merchant.sign(box.seed.credentials.appid, lines[0], lines[1], id)
  const nonced = box.merchant.payment(id, 'othernonce').paySign
  const spaced = right.paySign.includes('+') ? right.paySign.replaceAll('+', ' ') : ' '
  for (const paySign of [foreign, bare, nonced, spaced, '']) {
    expect(box.use(id, 'pay', { paySign }).dialog).toBe('支付验证签名失败')
  }
  box.set({ pay_sign_form: 'fail' })
  expect(box.use(id, 'pay', { paySign: '' }).errMsg).toBe('requestPayment:fail')
  box.set()
  expect(box.use(id, 'pay').errMsg).toBe('requestPayment:ok')
})

it('R42 M30 the payer must be the owner of the openid, the mini program that of the order', async () => {
  const { world } = box.wechat
  plantPerson(world, 'other', '另一人', '13900000000', SEED_BALANCE, false)
  registerApp(box.wechat, { appid: 'wx0000aaaaaaaaaaaa', secret: 's' })
  const id = await order()
  expect(box.use(id, 'pay', { person: 'other' }).dialog).toContain('下单账号与支付账号不一致')
  expect(box.use(id, 'pay', { appid: 'wx0000aaaaaaaaaaaa' }).dialog).toBe(
    '商户传入的appid参数不正确',
  )
})

it('R39 M33 a failed attempt keeps NOTPAY, moves no money, notifies nobody; later it is paid', async () => {
  const id = await order()
  const [before, pending] = [balance(), box.wechat.courier.pending]
  const dialogs = ['cancel', 'wrong_password', 'insufficient_balance'] as const
  for (const action of dialogs) {
    expect(box.use(id, action)).toMatchObject({ errMsg: CANCEL, trade_state: 'NOTPAY' })
  }
  expect(box.use(id, 'leave')).toEqual({ errMsg: null, trade_state: 'NOTPAY', dialog: null })
  expect([balance(), box.wechat.courier.pending]).toEqual([before, pending])
  expect(box.use(id, 'pay').errMsg).toBe('requestPayment:ok')
  expect(balance()).toBe(before - 100)
})

it('paying more than one has is an insufficient balance', async () => {
  const id = await order({ amount: { total: 10_000_000 } })
  expect(box.use(id, 'pay')).toEqual({
    errMsg: CANCEL,
    trade_state: 'NOTPAY',
    dialog: '零钱余额不足',
  })
})

it('R40 M32 M34 the callback says nothing certain: paid and gone, paid and cancelled', async () => {
  expect(box.use(await order(), 'pay_and_leave')).toMatchObject({
    errMsg: null,
    trade_state: 'SUCCESS',
  })
  box.arm('cashier', 'cancel_although_paid')
  expect(box.use(await order(), 'pay')).toMatchObject({ errMsg: CANCEL, trade_state: 'SUCCESS' })
  box.arm('cashier', 'no_callback')
  expect(box.use(await order(), 'pay')).toMatchObject({ errMsg: null, trade_state: 'SUCCESS' })
})

it('R40 ok while the query still says NOTPAY for a moment', async () => {
  box.arm('cashier', 'query_lags', { next: true, delayMs: 2000 })
  const id = await order()
  expect(box.use(id, 'pay').errMsg).toBe('requestPayment:ok')
  const ask = async () => (await box.merchant.query(`cashier-${1000 + count}`)).json['trade_state']
  expect(await ask()).toBe('NOTPAY')
  await box.passTime(2000)
  expect(await ask()).toBe('SUCCESS')
})

it('R43 with a coupon the payer pays less and total stays', async () => {
  box.set({ coupon_fen: 30 })
  const before = balance()
  box.use(await order(), 'pay')
  box.set()
  const { json } = await box.merchant.query(`cashier-${1000 + count}`)
  expect(json['amount']).toMatchObject({ total: 100, payer_total: 70 })
  expect(json['promotion_detail']).toMatchObject([{ amount: 30, type: 'NOCASH' }])
  expect(before - balance()).toBe(70)
})

it('M37 a mini program without the payment capability gets one of the known refusals', async () => {
  const id = await order()
  const texts = []
  for (const payment_capability of ['banned', 'no_permission', 'errno_102'] as const) {
    box.set({ payment_capability })
    texts.push(box.use(id, 'pay').errMsg)
  }
  box.set()
  expect(texts[0]).toBe('requestPayment:fail banned')
  expect(texts[1]).toContain('no permission; appId=')
  expect(texts[2]).toContain('jsapi has no permission')
})

it('the preview shows merchant, amount and balance, and changes nothing', async () => {
  const { world, keys } = box.wechat
  const id = await order()
  const { defaultAppid: appid, defaultPerson: person } = world.meta
  const call = { appid, person, ...box.merchant.payment(id) }
  expect(previewCashier(world, keys, call)).toEqual({
    ok: true,
    errMsg: null,
    dialog: null,
    merchant_name: '小满示例商店',
    description: '小满·试吃装',
    total: 100,
    balance: balance(),
  })
  const refused = previewCashier(world, keys, { ...call, paySign: 'x' })
  expect(refused).toMatchObject({ ok: false, dialog: '支付验证签名失败', total: null })
})

it('M24 M25 M26 open data is sealed with the present session_key and carries a watermark', () => {
  const { world } = box.wechat
  const { defaultAppid: appid, defaultPerson: person } = world.meta
  login(world, appid, person)
  const key = sessionOf(world, appid, person)?.sessionKey ?? ''
  const data = userData(world, appid, person)
  expect(data?.signature).toBe(rawDataSignature(data?.rawData ?? '', key))
  const plain = JSON.parse(openUserData(data?.encryptedData ?? '', key, data?.iv ?? ''))
  expect(plain).toMatchObject({ openId: box.openid, watermark: { appid } })
  const phone = sealedPhone(world, appid, person)
  const number = JSON.parse(openUserData(phone?.encryptedData ?? '', key, phone?.iv ?? ''))
  expect(number).toMatchObject({ purePhoneNumber: '13800000001', watermark: { appid } })
})

it('a rotated platform key leaves paySign alone: it is the merchant’s', async () => {
  const { world } = box.wechat
  rotatePlatform(world, world.must('merchants', box.seed.credentials.mchid))
  expect(box.use(await order(), 'pay').errMsg).toBe('requestPayment:ok')
})
