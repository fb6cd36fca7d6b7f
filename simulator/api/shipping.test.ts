import { beforeEach, expect, it } from 'vitest'
import { messagesView } from '../control/messages.ts'
import type { Seed } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'
import { type MiniServer, miniServer } from '../testing/mini.ts'

let box: Box
let seed: Seed | undefined
let mini: MiniServer
const ORDER = '/wxa/sec/order'
const DAY_MS = 24 * 60 * 60 * 1000

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  mini = miniServer(box)
})

async function upload(id: string, more: Record<string, unknown> = {}): Promise<unknown> {
  return (await mini.post(`${ORDER}/upload_shipping_info`, mini.upload(id, more)))['errcode']
}

/** A paid order that the shipping service knows. */
async function known(number: string): Promise<string> {
  const id = await mini.paid(number)
  await mini.walk(10_000)
  return id
}

async function order(id: string): Promise<Record<string, unknown>> {
  const { order: told } = await mini.post(`${ORDER}/get_order`, { transaction_id: id })
  return (told ?? {}) as Record<string, unknown>
}

const parcel = (number: string, more: Record<string, unknown> = {}) => {
  return { tracking_no: number, express_company: 'YTO', item_desc: '试吃装', ...more }
}

it('M45 for ten seconds after the payment the order is unknown to shipping', async () => {
  const id = await mini.paid('ship-45')
  expect(await upload(id)).toBe(10_060_001)
  await mini.walk(9999)
  expect(await upload(id)).toBe(10_060_001)
  await mini.walk(1)
  expect(await upload(id)).toBe(0)
  box.set({ shipping_delay_seconds: 60 })
  const late = await mini.paid('ship-45b')
  await mini.walk(59_000)
  expect(await upload(late)).toBe(10_060_001)
  await mini.walk(1000)
  expect(await upload(late)).toBe(0)
})

it('M45 on demand shipping does not know a payment, is asked too often, or is busy', async () => {
  const id = await known('ship-45c')
  const seen: unknown[] = []
  for (const kind of ['payment_unknown', 'shipping_frequency', 'shipping_busy']) {
    box.arm('mini.upload_shipping_info', kind)
    seen.push(await upload(id))
  }
  expect(seen).toEqual([10_060_001, 44990, 10_060_012])
  expect(await upload(id)).toBe(0)
})

it('M46 an upload ships the order: get_order tells payment and parcels', async () => {
  const id = await known('ship-46')
  expect(await order(id)).toMatchObject({ order_state: 1, shipping: {}, paid_amount: 100 })
  const byNumber = {
    order_number_type: 1,
    mchid: box.seed.credentials.mchid,
    out_trade_no: 'ship-46',
  }
  expect(await upload(id, { order_key: byNumber })).toBe(0)
  expect(await order(id)).toMatchObject({
    transaction_id: id,
    merchant_id: box.seed.credentials.mchid,
    merchant_trade_no: 'ship-46',
    openid: box.openid,
    order_state: 2,
    in_complaint: false,
    shipping: {
      delivery_mode: 1,
      logistics_type: 1,
      finish_shipping: true,
      finish_shipping_count: 1,
      shipping_list: [{ tracking_no: 'YT0001', goods_desc: '试吃装' }],
    },
  })
})

it('M47 one re-shipping; the same again is 10060023, a second change 10060003', async () => {
  const id = await known('ship-47')
  expect(await upload(id)).toBe(0)
  await mini.walk(1000)
  expect(await upload(id)).toBe(10_060_023)
  expect(await upload(id, { shipping_list: [parcel('YT0002')] })).toBe(0)
  expect(await order(id)).toMatchObject({ shipping: { finish_shipping_count: 2 } })
  await mini.walk(1000)
  expect(await upload(id, { shipping_list: [parcel('YT0002')] })).toBe(10_060_023)
  expect(await upload(id, { shipping_list: [parcel('YT0003')] })).toBe(10_060_003)
})

it('M47 a change of logistics type half-way is the one re-shipping too', async () => {
  const id = await known('ship-47b')
  const split = { delivery_mode: 2, is_all_delivered: false }
  expect(await upload(id, split)).toBe(0)
  await mini.walk(1000)
  const virtual = { logistics_type: 3, shipping_list: [{ item_desc: '兑换码' }] }
  expect(await upload(id, virtual)).toBe(0)
  await mini.walk(1000)
  expect(await upload(id)).toBe(10_060_003)
  expect(await order(id)).toMatchObject({ order_state: 2, shipping: { finish_shipping_count: 2 } })
})

it('M48 parcels add up, couriers only, fifteen at most, until all are delivered', async () => {
  const id = await known('ship-48')
  const split = (list: unknown[], all: boolean) => {
    return { delivery_mode: 2, is_all_delivered: all, shipping_list: list }
  }
  expect(await upload(id, { ...split([parcel('A')], false), logistics_type: 2 })).toBe(10_060_006)
  expect(await upload(id, { delivery_mode: 2 })).toBe(10_060_007)
  const many = Array.from({ length: 16 }, (_, index) => parcel(`P${index}`))
  expect(await upload(id, split(many, true))).toBe(10_060_024)
  expect(await upload(id, split(many.slice(0, 14), false))).toBe(0)
  expect(await order(id)).toMatchObject({
    order_state: 1,
    shipping: { finish_shipping: false, finish_shipping_count: 0 },
  })
  await mini.walk(1000)
  expect(await upload(id, split(many.slice(14), false))).toBe(10_060_024)
  expect(await upload(id, split([parcel('P14')], true))).toBe(0)
  const told = await order(id)
  expect(told).toMatchObject({ order_state: 2, shipping: { finish_shipping_count: 1 } })
  expect((told['shipping'] as { shipping_list: unknown[] }).shipping_list).toHaveLength(15)
})

it('M49 wrong types and enum names are 47001, missing values have codes of their own', async () => {
  const id = await known('ship-49')
  const list = (more: Record<string, unknown>) => ({ shipping_list: [parcel('A', more)] })
  const long = 'x'.repeat(129)
  const wrong: readonly (readonly [Record<string, unknown>, number])[] = [
    [{ delivery_mode: 'UNIFIED_DELIVERY' }, 47001],
    [{ delivery_mode: 3 }, 268_485_224],
    [{ logistics_type: '1' }, 47001],
    [{ logistics_type: 0 }, 47001],
    [{ order_key: { order_number_type: '2', transaction_id: id } }, 47001],
    [{ order_key: { transaction_id: id } }, 268_485_194],
    [{ order_key: { order_number_type: 2 } }, 268_485_195],
    [{ order_key: { order_number_type: 1, out_trade_no: 'x' } }, 268_485_196],
    [{ order_key: { order_number_type: 1, mchid: 'x' } }, 268_485_197],
    [{ shipping_list: {} }, 47001],
    [{ shipping_list: [] }, 268_485_228],
    [{ shipping_list: [parcel('A'), parcel('B')] }, 268_485_228],
    [list({ tracking_no: '' }), 268_485_226],
    [list({ tracking_no: 5 }), 47001],
    [list({ express_company: undefined }), 268_485_227],
    [list({ item_desc: '' }), 10_060_008],
    [list({ item_desc: '货'.repeat(121) }), 10_060_009],
    [list({ item_desc: undefined }), 10_060_020],
    [list({ express_company: long }), 10_060_025],
    [list({ tracking_no: long }), 10_060_026],
    [list({ express_company: 'SF' }), 10_060_014],
    [list({ express_company: 'SF', contact: { receiver_contact: '18900001234' } }), 10_060_014],
    [{ payer: {} }, 47001],
    [{ order_key: { order_number_type: 2, transaction_id: '4200nothing' } }, 10_060_001],
  ]
  for (const [more, errcode] of wrong)
    expect([more, await upload(id, more)]).toEqual([more, errcode])
  box.set({ logistics_type_error: 10_060_005 })
  expect(await upload(id, { logistics_type: 5 })).toBe(10_060_005)
  const masked = { contact: { receiver_contact: '189****1234' } }
  expect(await upload(id, list({ express_company: 'SF', ...masked }))).toBe(0)
})

it('M50 upload_time is RFC 3339 and later than the one before', async () => {
  const id = await known('ship-50')
  for (const upload_time of ['2022-12-15 13:29:35', 'yesterday', '2022-12-15T13:29:35']) {
    expect(await upload(id, { upload_time })).toBe(268_485_216)
  }
  expect(await upload(id, { upload_time: '2026-11-23T13:29:35.120+08:00' })).toBe(0)
  const again = { shipping_list: [parcel('B')], upload_time: '2026-11-23T13:29:35.120+08:00' }
  expect(await upload(id, again)).toBe(10_060_014)
  box.set({ upload_time_error: 268_485_216 })
  expect(await upload(id, again)).toBe(268_485_216)
  expect(await upload(id, { ...again, upload_time: '2026-11-23T13:29:36+08:00' })).toBe(0)
})

it('M51 a payment of another openid is 10060031', async () => {
  const id = await known('ship-51')
  expect(await upload(id, { payer: { openid: 'oSomebodyElse' } })).toBe(10_060_031)
})

it('M52 notify_confirm_receive once, of couriers, at a time after the shipping', async () => {
  const remind = async (id: string, plusS = 0) => {
    const received_time = Math.floor(box.wechat.world.nowMs() / 1000) + plusS
    const body = { transaction_id: id, received_time }
    return (await mini.post(`${ORDER}/notify_confirm_receive`, body))['errcode']
  }
  const id = await known('ship-52')
  expect(await remind(id)).toBe(10_060_028)
  await upload(id)
  await mini.walk(DAY_MS)
  expect(await remind(id, -2 * 86_400)).toBe(10_060_029)
  expect(await remind(id, 60)).toBe(10_060_029)
  expect(await remind(id)).toBe(0)
  expect(await remind(id)).toBe(10_060_030)
  const virtual = await known('ship-52b')
  await upload(virtual, { logistics_type: 3, shipping_list: [{ item_desc: '兑换码' }] })
  await mini.walk(60_000)
  expect(await remind(virtual)).toBe(10_060_032)
})

it('M54 the page of set_msg_jump_path opens with the order in its query', async () => {
  const id = await known('ship-54')
  expect(await mini.post(`${ORDER}/set_msg_jump_path`, { path: 5 })).toMatchObject({
    errcode: 47001,
  })
  await mini.post(`${ORDER}/set_msg_jump_path`, { path: 'pages/order/order?from=wx' })
  await upload(id)
  const { data } = messagesView(box.wechat, {}).body as { data: { page: string }[] }
  const { mchid } = box.seed.credentials
  const query = `transaction_id=${id}&merchant_id=${mchid}&merchant_trade_no=ship-54`
  expect(data[0]?.page).toBe(`pages/order/order?from=wx&${query}`)
})

it('get_order_list filters and pages; a foreign last_index is 10060011', async () => {
  const ids = [await mini.paid('list-1'), await mini.paid('list-2'), await mini.paid('list-3')]
  await mini.walk(10_000)
  await upload(ids[1] ?? '')
  const list = (body: object) => mini.post(`${ORDER}/get_order_list`, body)
  const first = await list({ page_size: 2 })
  expect(first).toMatchObject({ has_more: true, last_index: ids[1] })
  const second = await list({ page_size: 2, last_index: first['last_index'] })
  expect(second).toMatchObject({ has_more: false, order_list: [{ transaction_id: ids[2] }] })
  expect(await list({ order_state: 2 })).toMatchObject({ order_list: [{ transaction_id: ids[1] }] })
  expect(await list({ openid: 'oNobody' })).toMatchObject({ order_list: [] })
  const past = { pay_time_range: { begin_time: 0, end_time: 1 } }
  expect(await list(past)).toMatchObject({ order_list: [], has_more: false })
  expect(await list({ last_index: 'x' })).toMatchObject({ errcode: 10_060_011 })
  expect(await list({ page_size: '2' })).toMatchObject({ errcode: 47001 })
})

it('accounts: managed, confirmed, couriers; others get 48001 or 40066', async () => {
  const { appid } = box.seed.credentials
  const managed = () => mini.post(`${ORDER}/is_trade_managed`, { appid })
  const path = `${ORDER}/is_trade_management_confirmation_completed`
  expect(await managed()).toMatchObject({ errcode: 0, is_trade_managed: true })
  expect(await mini.post(path, { appid })).toMatchObject({ errcode: 0, completed: true })
  expect(await mini.post(path, { appid: 'wxnone' })).toMatchObject({ errcode: 40013 })
  expect(await mini.post(path, {})).toMatchObject({ errcode: 40097 })
  const list = await mini.post('/cgi-bin/express/delivery/open_msg/get_delivery_list', {})
  expect(list).toMatchObject({ errcode: 0, count: (list['delivery_list'] as unknown[]).length })
  const id = await known('ship-60')
  const { world } = box.wechat
  world.put('apps', appid, { ...world.must('apps', appid), tradeManaged: false })
  expect(await managed()).toMatchObject({ is_trade_managed: false })
  expect(await upload(id)).toBe(48_001)
  box.set({ shipping_unmanaged: 40_066 })
  expect(await upload(id)).toBe(40_066)
})

it('opspecialorder takes presales of 15 to 330 days and tests, of unshipped orders', async () => {
  const id = await known('ship-61')
  const special = async (body: object) =>
    (await mini.post(`${ORDER}/opspecialorder`, { order_id: id, ...body }))['errcode']
  const inDays = (days: number) => Math.floor(box.wechat.world.nowMs() / 1000) + days * 86_400
  expect(await special({ type: 3 })).toBe(268_546_000)
  expect(await special({ type: 1 })).toBe(268_546_001)
  expect(await special({ type: 1, delay_to: inDays(14) })).toBe(268_546_001)
  expect(await special({ type: 1, delay_to: inDays(331) })).toBe(268_546_001)
  expect(await special({ type: 1, delay_to: inDays(30) })).toBe(0)
  expect(await special({ order_id: 'ship-61', type: 2 })).toBe(0)
  await upload(id)
  expect(await special({ type: 2 })).toBe(268_546_002)
})

it('a combined payment is unknown, a wrong body of one is told first', async () => {
  const key = { order_number_type: 2, transaction_id: '4200x' }
  const body = mini.upload('4200x')
  const sub = { ...body, order_key: key }
  const call = async (more: object) => {
    const whole = { ...body, sub_orders: [sub], ...more }
    return (await mini.post(`${ORDER}/upload_combined_shipping_info`, whole))['errcode']
  }
  expect(await call({})).toBe(10_060_001)
  expect(await call({ sub_orders: [] })).toBe(47_001)
  expect(await call({ sub_orders: [{ ...sub, delivery_mode: 'x' }] })).toBe(47_001)
  const other = { order_number_type: 1, mchid: '1', out_trade_no: '2' }
  expect(await call({ sub_orders: [{ ...sub, order_key: other }] })).toBe(47_001)
})
