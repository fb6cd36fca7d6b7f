import { beforeEach, expect, it } from 'vitest'
import { registerApp } from './control/register.ts'
import { changeDispute, receipt, shipmentsView } from './control/shipments.ts'
import type { Seed } from './seed.ts'
import { type Box, openBox } from './testing/box.ts'
import { type MiniServer, miniServer } from './testing/mini.ts'

let box: Box
let seed: Seed | undefined
let mini: MiniServer
const DAY_MS = 24 * 60 * 60 * 1000

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  mini = miniServer(box)
})

async function shipped(number: string, more: Record<string, unknown> = {}): Promise<string> {
  const id = await mini.paid(number)
  await mini.walk(10_000)
  const answer = await mini.post('/wxa/sec/order/upload_shipping_info', mini.upload(id, more))
  expect(answer['errcode']).toBe(0)
  return id
}

function stateOf(id: string): unknown {
  const { data } = shipmentsView(box.wechat).body as { data: Record<string, unknown>[] }
  return data.find((one) => one['transaction_id'] === id)?.['order_state']
}

/** What the person does in the confirm receipt component. */
async function confirm(id: string, action = 'confirm'): Promise<Record<string, unknown>> {
  const { body } = receipt(box.wechat, { transaction_id: id, action })
  await box.wechat.commit()
  return body as Record<string, unknown>
}

/** Lets pushes come to a plain address from now on; answers those of an event. */
async function listen(format: 'json' | 'xml' = 'json') {
  const { appid, app_secret: secret } = box.seed.credentials
  const push = { message_url: 'http://127.0.0.1:9/messages', message_format: format }
  await registerApp(box.wechat, { appid, secret, message_mode: 'plain', ...push })
  box.sent.length = 0
  return (event: string) =>
    box.sent
      .filter(({ url }) => url.includes('/messages'))
      .map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')))
      .filter((message) => message.Event === event)
}

it('M46 nobody confirms: couriers on day 10, all others on day 2, then settled', async () => {
  const courier = await shipped('time-1')
  // Ten seconds later, as each waits until the payment is known.
  const virtual = await shipped('time-2', {
    logistics_type: 3,
    shipping_list: [{ item_desc: 'x' }],
  })
  await mini.walk(2 * DAY_MS - 1000)
  expect([stateOf(courier), stateOf(virtual)]).toEqual([2, 2])
  await mini.walk(1000)
  expect([stateOf(courier), stateOf(virtual)]).toEqual([2, 3])
  await mini.walk(60_000)
  expect([stateOf(courier), stateOf(virtual)]).toEqual([2, 4])
  await mini.walk(8 * DAY_MS - 10_000 - 61_000)
  expect(stateOf(courier)).toBe(2)
  await mini.walk(61_000)
  expect(stateOf(courier)).toBe(4)
})

it('M46 the person confirms: settled right after; by switch state 6 lies between', async () => {
  const id = await shipped('time-3')
  expect(await confirm(id, 'look')).toMatchObject({ status: 'ready', order: { total: 100 } })
  expect(stateOf(id)).toBe(2)
  expect((await confirm(id))['status']).toBe('success')
  expect(stateOf(id)).toBe(3)
  expect(await confirm(id)).toMatchObject({ status: 'fail', errormsg: '订单已确认收货' })
  await mini.walk(60_000)
  expect(stateOf(id)).toBe(4)
  box.set({ funds_pending: 'always' })
  const slow = await shipped('time-4')
  await confirm(slow)
  await mini.walk(60_000)
  expect(stateOf(slow)).toBe(6)
  await mini.walk(60_000)
  expect(stateOf(slow)).toBe(4)
})

it('M46 an open dispute keeps the money until it is resolved; a full refund is state 5', async () => {
  const id = await shipped('time-5')
  const argue = (open: boolean) => changeDispute(box.wechat, { transaction_id: id, open })
  argue(true)
  await confirm(id)
  await mini.walk(30 * DAY_MS)
  expect(stateOf(id)).toBe(6)
  argue(false)
  await box.wechat.commit()
  await mini.walk(60_000)
  expect(stateOf(id)).toBe(4)
})

it('M46 a partial refund leaves the state, the whole amount back makes it 5', async () => {
  const back = await shipped('time-6')
  const refund = async (out_refund_no: string, amount: number) => {
    const body = { out_trade_no: 'time-6', out_refund_no }
    const money = { amount: { refund: amount, total: 100, currency: 'CNY' } }
    const path = '/v3/refund/domestic/refunds'
    const answer = await box.merchant.call('POST', path, { ...body, ...money })
    expect(answer.status).toBe(200)
    await mini.walk(5 * 60_000)
  }
  await refund('part-1', 40)
  expect(stateOf(back)).toBe(2)
  await refund('part-2', 60)
  expect(stateOf(back)).toBe(5)
  await mini.walk(11 * DAY_MS)
  expect(stateOf(back)).toBe(5)
  const again = await mini.post('/wxa/sec/order/upload_shipping_info', mini.upload(back))
  expect(again['errcode']).toBe(10_060_004)
})

it('M46 after the receipt an upload is 10060002, or 10060004 by switch', async () => {
  const id = await shipped('time-7')
  await confirm(id)
  const again = async () => {
    const body = mini.upload(id, { upload_time: mini.time(60_000) })
    return (await mini.post('/wxa/sec/order/upload_shipping_info', body))['errcode']
  }
  expect(await again()).toBe(10_060_002)
  box.set({ shipped_after_receipt: 10_060_004 })
  expect(await again()).toBe(10_060_004)
})

it('M46 two settlement events: at the shipping with the estimate, at the settlement', async () => {
  const events = await listen()
  const id = await shipped('time-8')
  await mini.walk(1000)
  const [first] = events('trade_manage_order_settlement')
  const shippedS = first.shipped_time
  expect(first).toMatchObject({
    MsgType: 'event',
    transaction_id: id,
    merchant_trade_no: 'time-8',
    estimated_settlement_time: shippedS + 10 * 86_400,
  })
  expect(first).not.toHaveProperty('settlement_time')
  await mini.walk(11 * DAY_MS)
  const [, second, ...more] = events('trade_manage_order_settlement')
  expect(more).toEqual([])
  expect(second).toMatchObject({
    confirm_receive_method: 2,
    confirm_receive_time: shippedS + 10 * 86_400,
    settlement_time: shippedS + 10 * 86_400 + 60,
  })
  expect(second).not.toHaveProperty('estimated_settlement_time')
  const other = await shipped('time-9')
  await confirm(other)
  await mini.walk(120_000)
  expect(events('trade_manage_order_settlement').at(-1)).toMatchObject({
    transaction_id: other,
    confirm_receive_method: 1,
  })
})

it('M53 the access reminder comes daily until the first shipment', async () => {
  const events = await listen()
  await mini.paid('time-10')
  await mini.walk(1000)
  expect(events('trade_manage_remind_access_api')).toHaveLength(1)
  await mini.walk(3 * DAY_MS)
  expect(events('trade_manage_remind_access_api')).toHaveLength(4)
  await shipped('time-11')
  await mini.walk(3 * DAY_MS)
  expect(events('trade_manage_remind_access_api')).toHaveLength(4)
})

it('M53 an order unshipped for 48 hours, of a shop that has shipped before', async () => {
  const events = await listen()
  await shipped('time-12')
  const late = await mini.paid('time-13')
  const presale = await mini.paid('time-14')
  await mini.walk(10_000)
  const delay_to = Math.floor(box.wechat.world.nowMs() / 1000) + 20 * 86_400
  const special = { order_id: presale, type: 1, delay_to }
  expect(await mini.post('/wxa/sec/order/opspecialorder', special)).toMatchObject({ errcode: 0 })
  await mini.walk(2 * DAY_MS - 11_000)
  expect(events('trade_manage_remind_shipping')).toEqual([])
  await mini.walk(2000)
  expect(events('trade_manage_remind_shipping')).toMatchObject([{ transaction_id: late }])
  await mini.walk(30 * DAY_MS)
  const told = events('trade_manage_remind_shipping')
  expect(told.map((one) => one.transaction_id)).toEqual([late, presale])
})

it('M55 by switch nobody can pay until the trade management is confirmed', async () => {
  box.set({ trade_management: 'pending' })
  const { json } = await box.merchant.prepay('time-15', box.openid)
  expect(box.use(json['prepay_id'], 'pay').errMsg).toBe('requestPayment:fail banned')
  const { appid } = box.seed.credentials
  const path = '/wxa/sec/order/is_trade_management_confirmation_completed'
  expect(await mini.post(path, { appid })).toMatchObject({ completed: false })
  box.set()
  expect(box.use(json['prepay_id'], 'pay').errMsg).toBe('requestPayment:ok')
})

it('what falls due by itself also happens in real time, without a move of the clock', async () => {
  const id = await shipped('time-16')
  await box.passTime(10 * DAY_MS)
  await box.passTime(61_000)
  await box.passTime(61_000)
  expect(stateOf(id)).toBe(4)
})

it('M42 the component’s word is no proof: only get_order tells', async () => {
  const id = await shipped('time-17')
  box.arm('receipt', 'forged_success')
  expect(await confirm(id)).toMatchObject({ status: 'success' })
  const told = await mini.post('/wxa/sec/order/get_order', { transaction_id: id })
  expect(told).toMatchObject({ order: { order_state: 2 } })
  expect(await confirm(id)).toMatchObject({ status: 'success' })
  const after = await mini.post('/wxa/sec/order/get_order', { transaction_id: id })
  expect(after).toMatchObject({ order: { order_state: 3 } })
  const foreign = receipt(box.wechat, {
    merchant_id: '1',
    merchant_trade_no: '2',
    action: 'confirm',
  })
  expect(foreign.body).toMatchObject({ status: 'fail', errormsg: '订单不存在' })
})
