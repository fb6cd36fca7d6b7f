import { beforeAll, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'

let box: Box
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

beforeAll(async () => {
  box = await openBox()
})

async function ordered(number: string, more: Readonly<Record<string, unknown>> = {}) {
  const answer = await box.merchant.prepay(number, box.openid, more)
  expect(answer.status).toBe(200)
  return String(answer.json['prepay_id'])
}

function inFuture(ms: number): string {
  return new Date(box.wechat.world.nowMs() + ms).toISOString()
}

function errorOf(answer: { status: number; json: Record<string, unknown> }) {
  return [answer.status, answer.json['code']]
}

it('R30 prepay_id is good for exactly two hours, whatever time_expire says', async () => {
  const id = await ordered('orders-0030', { time_expire: inFuture(5 * HOUR_MS) })
  expect(id).toMatch(/^wx\d{8}[0-9a-f]{26}$/)
  await box.passTime(2 * HOUR_MS - 1)
  expect(await ordered('orders-0031')).not.toBe(id)
  expect(box.use(id, 'cancel').errMsg).toBe('requestPayment:fail cancel')
  await box.passTime(1)
  expect(box.use(id, 'pay')).toMatchObject({
    errMsg: 'requestPayment:fail:调用支付JSAPI缺少参数: total_fee',
    trade_state: null,
  })
})

it('R31 the same request gives the same prepay_id, a changed one is refused', async () => {
  const more = { attach: 'a', amount: { total: 100 } }
  const id = await ordered('orders-0032', more)
  expect(await ordered('orders-0032', { ...more, amount: { currency: 'CNY', total: 100 } })).toBe(
    id,
  )
  for (const change of [{ attach: 'b' }, { amount: { total: 101 } }, { description: 'x' }]) {
    const answer = await box.merchant.prepay('orders-0032', box.openid, { ...more, ...change })
    expect(errorOf(answer)).toEqual([400, 'INVALID_REQUEST'])
    expect(answer.json['message']).toBe('请求重入时，参数与首次请求时不一致')
    expect(answer.headers.get('request-id')).toMatch(/-268498688$/)
  }
  await box.passTime(2 * HOUR_MS)
  expect(await ordered('orders-0032', more)).not.toBe(id)
})

it('U1 each reported refusal of changed parameters has its switch', async () => {
  await ordered('orders-0033')
  const seen = []
  for (const reentry of ['OUT_TRADE_NO_USED', 'PARAM_ERROR', 'DUPLICATE'] as const) {
    box.set({ reentry })
    seen.push(errorOf(await box.merchant.prepay('orders-0033', box.openid, { attach: 'z' })))
  }
  box.set()
  expect(seen).toEqual([
    [403, 'OUT_TRADE_NO_USED'],
    [400, 'PARAM_ERROR'],
    [400, 'INVALID_REQUEST'],
  ])
})

it('R32 U2 a closed number is never usable again and a paid one says so', async () => {
  await ordered('orders-0034')
  expect((await box.merchant.close('orders-0034')).status).toBe(204)
  const closed = await box.merchant.prepay('orders-0034', box.openid)
  expect(errorOf(closed)).toEqual([400, 'ORDER_CLOSED'])
  const id = await ordered('orders-0035')
  expect(box.use(id, 'pay').errMsg).toBe('requestPayment:ok')
  expect(errorOf(await box.merchant.prepay('orders-0035', box.openid))).toEqual([400, 'ORDER_PAID'])
  box.set({ prepay_paid: 'INVALID_REQUEST' })
  const other = await box.merchant.prepay('orders-0035', box.openid)
  expect(errorOf(other)).toEqual([400, 'INVALID_REQUEST'])
  box.set()
})

it('R33 U4 closing a number that was never ordered burns it', async () => {
  expect((await box.merchant.close('orders-0036')).status).toBe(204)
  expect(errorOf(await box.merchant.query('orders-0036'))).toEqual([404, 'ORDER_NOT_EXIST'])
  const burnt = await box.merchant.prepay('orders-0036', box.openid)
  expect(burnt.json['message']).toBe('请求重入时，参数与首次请求时不一致')
  box.set({ close_unknown: 'ORDER_NOT_EXIST' })
  expect(errorOf(await box.merchant.close('orders-0037'))).toEqual([404, 'ORDER_NOT_EXIST'])
  box.set()
  await ordered('orders-0037')
})

it('R34 U5 closing twice is 204 twice; the old five minutes are a switch', async () => {
  await ordered('orders-0038')
  box.set({ close_wait_minutes: 5 })
  expect(errorOf(await box.merchant.close('orders-0038'))).toEqual([400, 'INVALID_REQUEST'])
  box.set()
  expect((await box.merchant.close('orders-0038')).status).toBe(204)
  expect((await box.merchant.close('orders-0038')).status).toBe(204)
})

it('R35 U3 time_expire is clamped on both sides; after it the order stays NOTPAY', async () => {
  const id = await ordered('orders-0039', { time_expire: inFuture(-HOUR_MS) })
  const now = box.wechat.world.nowMs()
  const keys = ['orders-0039', 'orders-0040'].map((no) => `${box.seed.credentials.mchid}/${no}`)
  await ordered('orders-0040', { time_expire: inFuture(100 * DAY_MS) })
  const limits = keys.map((key) => box.wechat.world.must('trades', key).timeExpireMs)
  expect(limits).toEqual([now + MINUTE_MS, now + 15 * DAY_MS])
  await box.passTime(MINUTE_MS)
  expect(box.use(id, 'pay')).toEqual({
    errMsg: 'requestPayment:fail cancel',
    trade_state: 'NOTPAY',
    dialog: '订单已超过商户设置的最晚支付成功时间，请重新发起支付',
  })
  expect((await box.merchant.query('orders-0039')).json['trade_state']).toBe('NOTPAY')
})

it('U24 by switch an order is CLOSED once time_expire has passed', async () => {
  await ordered('orders-0041', { time_expire: inFuture(2 * MINUTE_MS) })
  box.set({ expired_state: 'CLOSED' })
  expect((await box.merchant.query('orders-0041')).json['trade_state']).toBe('NOTPAY')
  await box.passTime(2 * MINUTE_MS)
  expect((await box.merchant.query('orders-0041')).json['trade_state']).toBe('CLOSED')
  box.set()
})

it('R36 U6 an unpaid query tells little, and how little is a three-valued switch', async () => {
  await ordered('orders-0042', { attach: 'kept' })
  const fields = []
  for (const unpaid_query of ['minimal', 'with_amount', 'full'] as const) {
    box.set({ unpaid_query })
    const { json } = await box.merchant.query('orders-0042')
    expect(json['trade_state']).toBe('NOTPAY')
    for (const absent of ['transaction_id', 'success_time', 'bank_type']) {
      expect(json).not.toHaveProperty(absent)
    }
    fields.push(Object.keys(json).length)
  }
  box.set()
  expect(fields).toEqual([5, 6, 10])
})

it('R38 an unknown order is 404, a foreign mchid is refused, a missing one too', async () => {
  expect(errorOf(await box.merchant.query('orders-none'))).toEqual([404, 'ORDER_NOT_EXIST'])
  const path = '/v3/pay/transactions/out-trade-no/orders-none'
  const missing = await box.merchant.call('GET', path)
  expect(errorOf(missing)).toEqual([400, 'PARAM_ERROR'])
  expect(missing.json['message']).toContain('输入源“/query/mchid”')
  const foreign = await box.merchant.call('GET', `${path}?mchid=1999900000`)
  expect(errorOf(foreign)).toEqual([400, 'PARAM_ERROR'])
})

it('R38 a transaction_id of another merchant does not match', async () => {
  const { world } = box.wechat
  const id = await ordered('orders-0043')
  box.use(id, 'pay')
  const key = `${box.seed.credentials.mchid}/orders-0043`
  const trade = world.must('trades', key)
  const path = `/v3/pay/transactions/id/${trade.payment?.transactionId}`
  const query = `${path}?mchid=${box.seed.credentials.mchid}`
  expect((await box.merchant.call('GET', query)).json['out_trade_no']).toBe('orders-0043')
  world.put('trades', key, { ...trade, mchid: '1999900000' })
  const foreign = await box.merchant.call('GET', query)
  expect(foreign.json['message']).toBe('商户号和订单信息不匹配')
  world.put('trades', key, trade)
})

it('R44 whoever comes first wins: close or pay, never both', async () => {
  const first = await ordered('orders-0044')
  await box.merchant.close('orders-0044')
  const sent = box.wechat.courier.pending
  expect(box.use(first, 'pay')).toMatchObject({ dialog: '订单已关闭', trade_state: 'CLOSED' })
  expect(box.wechat.courier.pending).toBe(sent)
  const second = await ordered('orders-0045')
  box.use(second, 'pay')
  expect(errorOf(await box.merchant.close('orders-0045'))).toEqual([400, 'ORDER_PAID'])
  const third = await ordered('orders-0046')
  box.arm('pay.close', 'paid_during_close')
  expect(errorOf(await box.merchant.close('orders-0046'))).toEqual([400, 'ORDER_PAID'])
  expect(box.use(third, 'pay').dialog).toBe('该订单已支付')
})

it('R47 a prepay whose answer was lost has made the order; repeating it succeeds', async () => {
  box.arm('pay.prepay', 'answer_lost')
  expect((await box.merchant.prepay('orders-0047', box.openid)).status).toBe(0)
  expect((await box.merchant.query('orders-0047')).json['trade_state']).toBe('NOTPAY')
  await ordered('orders-0047')
})

it('R48 an unpaid order is closed by WeChat after seven days and not before', async () => {
  await ordered('orders-0048')
  await box.passTime(7 * DAY_MS - 1)
  expect((await box.merchant.query('orders-0048')).json['trade_state']).toBe('NOTPAY')
  await box.passTime(1)
  expect((await box.merchant.query('orders-0048')).json['trade_state']).toBe('CLOSED')
})
