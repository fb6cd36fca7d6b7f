import { constants, publicEncrypt } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { moveFunds } from '../control/refunds.ts'
import { fundsOf } from '../funds.ts'
import { type Box, openBox } from '../testing/box.ts'
import type { Answer } from '../testing/merchant.ts'
import { refundNotices } from '../testing/notices.ts'

let box: Box
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

beforeAll(async () => {
  box = await openBox()
})

/** A paid order of 100 fen. */
async function paid(number: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { json } = await box.merchant.prepay(number, box.openid, more)
  box.use(json['prepay_id'], 'pay')
  await box.passTime(1000)
  return number
}

/** What was due has happened, and was told. */
async function minuteLater(): Promise<void> {
  await box.passTime(MINUTE_MS)
  await box.passTime(1000)
}

const of = (answer: Answer) => [answer.status, answer.json['code'] ?? answer.json['status']]
const balance = () => box.wechat.world.must('people', box.wechat.world.meta.defaultPerson).balance
const account = () => fundsOf(box.wechat.world, box.seed.credentials.mchid).balanceFen

/** The merchant takes money out of the account, or puts some in. */
async function move(kind: 'top_up' | 'withdrawal', amount: number) {
  const answer = moveFunds(box.wechat, box.seed.credentials.mchid, { amount }, kind)
  await box.wechat.commit()
  return answer
}

const notices = (outRefundNo: string) => refundNotices(box, outRefundNo)

it('R60 R67 a refund is accepted first and succeeds a minute later, told in its own words', async () => {
  await paid('refund-0060')
  const before = balance()
  const accepted = await box.merchant.refund('refund-0060', 'R60', 40)
  expect(accepted.json).toMatchObject({
    refund_id: expect.stringMatching(/^503\d{26}$/),
    out_refund_no: 'R60',
    out_trade_no: 'refund-0060',
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    status: 'PROCESSING',
    funds_account: 'UNSETTLED',
    amount: { total: 100, refund: 40, payer_total: 100, payer_refund: 40, currency: 'CNY' },
  })
  expect(accepted.json).not.toHaveProperty('success_time')
  expect(balance()).toBe(before)
  await minuteLater()
  const { json } = await box.merchant.queryRefund('R60')
  expect(json).toMatchObject({ status: 'SUCCESS', success_time: expect.any(String) })
  expect(balance()).toBe(before + 40)
  const [notice] = notices('R60')
  expect(notice).toMatchObject({
    event_type: 'REFUND.SUCCESS',
    refund_status: 'SUCCESS',
    refund_id: accepted.json['refund_id'],
    amount: { total: 100, refund: 40, payer_total: 100, payer_refund: 40 },
  })
  expect(notice).not.toHaveProperty('status')
})

it('R60 a refund may also have succeeded when it is accepted', async () => {
  await paid('refund-0061')
  const disarm = box.arm('pay.refund', 'refund_at_once')
  expect(of(await box.merchant.refund('refund-0061', 'R60b', 100))).toEqual([200, 'SUCCESS'])
  disarm()
})

it('R37 one refund, even a part, makes the order REFUND at once, or when it succeeds', async () => {
  await paid('refund-0037')
  await box.merchant.refund('refund-0037', 'R37', 1)
  expect((await box.merchant.query('refund-0037')).json['trade_state']).toBe('REFUND')
  box.set({ refund_state: 'success' })
  await paid('refund-0038')
  await box.merchant.refund('refund-0038', 'R38', 1)
  expect((await box.merchant.query('refund-0038')).json['trade_state']).toBe('SUCCESS')
  await minuteLater()
  expect((await box.merchant.query('refund-0038')).json['trade_state']).toBe('REFUND')
  box.set()
})

it('R61 a number stands for one refund: the same again is the same, another is refused', async () => {
  await paid('refund-0062')
  const first = await box.merchant.refund('refund-0062', 'R61', 30, { reason: '少发' })
  const again = await box.merchant.refund('refund-0062', 'R61', 30, { reason: '少发' })
  expect(again.json['refund_id']).toBe(first.json['refund_id'])
  for (const other of [
    { reason: '其他' },
    { amount: { refund: 31, total: 100, currency: 'CNY' } },
  ]) {
    const refused = await box.merchant.refund('refund-0062', 'R61', 30, other)
    expect(of(refused)).toEqual([400, 'INVALID_REQUEST'])
  }
  await box.passTime(MINUTE_MS)
  const second = await box.merchant.refund('refund-0062', 'R61-2', 30)
  expect(second.json['refund_id']).not.toBe(first.json['refund_id'])
})

it('R62 parts are a minute apart, add up to the total at most, and the total is the order’s', async () => {
  await paid('refund-0063')
  const wrong = { amount: { refund: 10, total: 99, currency: 'CNY' } }
  expect((await box.merchant.refund('refund-0063', 'R62', 10, wrong)).json).toMatchObject({
    code: 'INVALID_REQUEST',
    message: '您的请求参数与订单信息不一致',
  })
  expect(of(await box.merchant.refund('refund-0063', 'R62', 60))).toEqual([200, 'PROCESSING'])
  expect(of(await box.merchant.refund('refund-0063', 'R62b', 10))[1]).toBe('FREQUENCY_LIMITED')
  await box.passTime(MINUTE_MS)
  expect(of(await box.merchant.refund('refund-0063', 'R62b', 41))[1]).toBe('INVALID_REQUEST')
  expect(of(await box.merchant.refund('refund-0063', 'R62b', 40))).toEqual([200, 'PROCESSING'])
  await box.passTime(MINUTE_MS)
  expect((await box.merchant.refund('refund-0063', 'R62c', 1)).json['message']).toBe(
    '订单已全额退款',
  )
})

it('R62 the fifty-first part and an order older than a year are refused, by switch in other words', async () => {
  await paid('refund-0064')
  for (let part = 0; part < 50; part += 1) {
    expect((await box.merchant.refund('refund-0064', `R64-${part}`, 1)).status).toBe(200)
    await box.passTime(MINUTE_MS)
  }
  expect((await box.merchant.refund('refund-0064', 'R64-50', 1)).json['message']).toContain('50次')
  await paid('refund-0065')
  await box.passTime(365 * DAY_MS)
  const late = () => box.merchant.refund('refund-0065', 'R65', 1)
  expect(of(await late())).toEqual([400, 'INVALID_REQUEST'])
  box.set({ refund_codes: 'TRADE_OVERDUE_and_REFUND_FEE_MISMATCH' })
  expect(of(await late())).toEqual([400, 'TRADE_OVERDUE'])
  await paid('refund-0066')
  expect(of(await box.merchant.refund('refund-0066', 'R66', 101))[1]).toBe('REFUND_FEE_MISMATCH')
  box.set()
})

it('R63 too little in the account: NOT_ENOUGH, and the same number succeeds after a top-up', async () => {
  await paid('refund-0070')
  expect(await move('withdrawal', account())).toMatchObject({ status: 201, body: { balance: 0 } })
  expect(of(await box.merchant.refund('refund-0070', 'R63', 50))).toEqual([403, 'NOT_ENOUGH'])
  expect(of(await box.merchant.queryRefund('R63'))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  await move('top_up', 1000)
  expect(of(await box.merchant.refund('refund-0070', 'R63', 50))).toEqual([200, 'PROCESSING'])
})

it('R64 an accepted refund without money closes after seven days; a top-up in time saves it', async () => {
  box.set({ refund_without_funds: 'wait' })
  await paid('refund-0071')
  await paid('refund-0072')
  await move('withdrawal', account())
  await box.merchant.refund('refund-0071', 'R64a', 100)
  await box.passTime(6 * DAY_MS)
  expect(of(await box.merchant.queryRefund('R64a'))[1]).toBe('PROCESSING')
  await box.passTime(DAY_MS)
  await minuteLater()
  expect(of(await box.merchant.queryRefund('R64a'))[1]).toBe('CLOSED')
  expect(notices('R64a').map((one) => one['event_type'])).toEqual(['REFUND.CLOSED'])
  await box.merchant.refund('refund-0072', 'R64b', 100)
  await move('top_up', 1000)
  await minuteLater()
  expect(of(await box.merchant.queryRefund('R64b'))[1]).toBe('SUCCESS')
  box.set()
})

const sealed = (text: string, publicKey: string, oaepHash = 'sha1') =>
  publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
    Buffer.from(text),
  ).toString('base64')

it('R64 R94 an abnormal refund ends at a bank card, told in sealed fields: two notices', async () => {
  await paid('refund-0073')
  const disarm = box.arm('pay.refund', 'refund_abnormal')
  const { json } = await box.merchant.refund('refund-0073', 'R64c', 100)
  disarm()
  await minuteLater()
  expect(of(await box.merchant.queryRefund('R64c'))[1]).toBe('ABNORMAL')
  const { publicKey } = box.wechat.world.must('merchants', box.seed.credentials.mchid)
  const path = `/v3/refund/domestic/refunds/${json['refund_id']}/apply-abnormal-refund`
  const card = {
    out_refund_no: 'R64c',
    type: 'USER_BANK_CARD',
    bank_type: 'CMB_DEBIT',
    bank_account: sealed('6225880000001234', publicKey.publicKey),
    real_name: sealed('张三', publicKey.publicKey),
  }
  const headers = { 'wechatpay-serial': publicKey.id }
  expect(of(await box.merchant.call('POST', path, card))[1]).toBe('PARAM_ERROR')
  const unknown = { headers: { 'wechatpay-serial': 'PUB_KEY_ID_0000000000999' } }
  expect(of(await box.merchant.call('POST', path, card, unknown))[1]).toBe('PARAM_ERROR')
  const open = { ...card, real_name: '张三' }
  expect(of(await box.merchant.call('POST', path, open, { headers }))[1]).toBe('PARAM_ERROR')
  box.set({ oaep_hash: 'sha256' })
  expect(of(await box.merchant.call('POST', path, card, { headers }))[1]).toBe('PARAM_ERROR')
  box.set()
  const again = await box.merchant.call('POST', path, card, { headers })
  expect(again.json).toMatchObject({ status: 'PROCESSING', user_received_account: 'CMB借记卡1234' })
  await minuteLater()
  expect((await box.merchant.queryRefund('R64c')).json).toMatchObject({
    status: 'SUCCESS',
    channel: 'OTHER_BANKCARD',
  })
  const told = notices('R64c').map((one) => one['event_type'])
  expect(told).toEqual(['REFUND.ABNORMAL', 'REFUND.SUCCESS'])
  expect(of(await box.merchant.call('POST', path, card, { headers }))[1]).toBe('INVALID_REQUEST')
})

it('R65 a missing and an unpaid order are the same to a refund, and an unknown refund to a query', async () => {
  await box.merchant.prepay('refund-0080', box.openid)
  for (const number of ['refund-0080', 'refund-none']) {
    const answer = await box.merchant.refund(number, 'R65x', 1)
    expect([...of(answer), answer.json['message']]).toEqual([
      404,
      'RESOURCE_NOT_EXISTS',
      '订单不存在',
    ])
  }
  expect(of(await box.merchant.queryRefund('R65x'))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
})

it('R66 and the other refusals of refunds, each with its own status', async () => {
  await paid('refund-0081')
  const kinds = {
    mch_not_exists: [404, 'MCH_NOT_EXISTS'],
    user_account_abnormal: [403, 'USER_ACCOUNT_ABNORMAL'],
    no_auth: [403, 'NO_AUTH'],
    request_blocked: [403, 'REQUEST_BLOCKED'],
  }
  for (const [kind, expected] of Object.entries(kinds)) {
    const disarm = box.arm('pay.refund', kind)
    expect(of(await box.merchant.refund('refund-0081', 'R66x', 1))).toEqual(expected)
    disarm()
  }
  expect(of(await box.merchant.queryRefund('R66x'))[0]).toBe(404)
})

it('R68 orders older than a month have a quota of their own', async () => {
  await paid('refund-0082')
  await paid('refund-0083')
  await box.passTime(31 * DAY_MS)
  box.set({ old_refunds_per_minute: 1 })
  expect((await box.merchant.refund('refund-0082', 'R68a', 1)).status).toBe(200)
  expect((await box.merchant.refund('refund-0083', 'R68b', 1)).json).toMatchObject({
    code: 'FREQUENCY_LIMITED',
    message: '频率限制，1个月之前的订单请降低申请频率再重试',
  })
  await box.passTime(MINUTE_MS)
  expect((await box.merchant.refund('refund-0083', 'R68b', 1)).status).toBe(200)
  box.set()
})

it('R69 behind FREQUENCY_LIMITED and SYSTEM_ERROR the refund may be under way', async () => {
  for (const [kind, number] of [
    ['rate_limited_with_effect', 'refund-0084'],
    ['error_500_with_effect', 'refund-0085'],
  ] as const) {
    await paid(number)
    const disarm = box.arm('pay.refund', kind)
    expect((await box.merchant.refund(number, `${number}-R`, 1)).status).toBeGreaterThanOrEqual(429)
    disarm()
    expect(of(await box.merchant.queryRefund(`${number}-R`))).toEqual([200, 'PROCESSING'])
  }
})

it('R70 the fee comes back in proportion, and all parts of it add up', async () => {
  const start = account()
  await paid('refund-0086', { amount: { total: 10_001 } })
  const fee = 60
  expect(account()).toBe(start + 10_001 - fee)
  for (const [part, amount] of [3_333, 3_334, 3_334].entries()) {
    const more = { amount: { refund: amount, total: 10_001, currency: 'CNY' } }
    expect((await box.merchant.refund('refund-0086', `R70-${part}`, amount, more)).status).toBe(200)
    await box.passTime(MINUTE_MS)
  }
  expect(account()).toBe(start)
})
