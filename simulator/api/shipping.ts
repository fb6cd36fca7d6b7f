// The other interfaces of shipping information management (§7.2).
import { deskOf, tellPayer } from '../shipping.ts'
import type { App } from '../state.ts'
import type { World } from '../world.ts'
import { DELIVERY_COMPANIES } from './delivery-companies.ts'
import { type MiniAnswer, miniError } from './mini-answer.ts'
import { MINI_OK, type MiniFields, type MiniPost, miniPost } from './mini-post.ts'
import { orderByIds } from './shipping-order.ts'
import { getOrder, getOrderList } from './shipping-read.ts'
import { uploadCombined, uploadShipping } from './shipping-upload.ts'
import type { Context } from './wire.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LONGEST_PATH = 1024

/** Mini programs outside the service get another errcode (§7.2). */
function managed(endpoint: MiniPost): (context: Context) => MiniAnswer {
  return miniPost((context, app, body) => {
    if (app.tradeManaged) return endpoint(context, app, body)
    return miniError(context.world, context.world.switches.shipping_unmanaged)
  })
}

/** Reminds the payer to confirm the receipt: once, of couriers only, after the shipping (M52). */
function confirmReceive({ world, nowMs }: Context, app: App, body: MiniFields): MiniAnswer {
  const { received_time: receivedS } = body
  if (typeof receivedS !== 'number') return miniError(world, 47001)
  const found = orderByIds(world, app, body)
  if (typeof found === 'number') return miniError(world, found)
  const { shipment } = found
  const shippedAtMs = shipment.shipping?.shippedAtMs ?? null
  if (shipment.state === 1 || shippedAtMs === null) return miniError(world, 10_060_028)
  if (shipment.state !== 2) return miniError(world, 10_060_004)
  if (shipment.shipping?.logisticsType !== 1) return miniError(world, 10_060_032)
  if (shipment.reminded) return miniError(world, 10_060_030)
  const early = receivedS * 1000 <= shippedAtMs || receivedS * 1000 > nowMs
  if (early || !Number.isInteger(receivedS)) return miniError(world, 10_060_029)
  world.put('shipments', found.key, { ...shipment, reminded: true })
  tellPayer(world, found, 'confirm_receive')
  return MINI_OK
}

/** Where a tap on a message of the service leads; "" is WeChat's own page (M54). */
function setJumpPath({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const { path } = body
  if (typeof path !== 'string' || path.length > LONGEST_PATH) return miniError(world, 47001)
  world.put('tradeDesks', app.appid, { ...deskOf(world, app.appid), jumpPath: path })
  return MINI_OK
}

/** The `appid` of a question about an account: the token's own. */
function accountTrouble(world: World, app: App, body: MiniFields): number | null {
  const { appid } = body
  if (appid === undefined || appid === '') return 40097
  if (typeof appid !== 'string') return 47001
  if (world.get('apps', appid) === undefined) return 40013
  return appid === app.appid ? null : 61003
}

function isTradeManaged({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const trouble = accountTrouble(world, app, body)
  if (trouble !== null) return miniError(world, trouble)
  return { ...MINI_OK, is_trade_managed: app.tradeManaged }
}

function isConfirmed({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const trouble = accountTrouble(world, app, body)
  if (trouble !== null) return miniError(world, trouble)
  const completed = app.tradeManaged && world.switches.trade_management === 'completed'
  return { ...MINI_OK, completed }
}

/** Registers an unshipped order as presale (1) or test (2). */
function specialOrder({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const { order_id: id, type, delay_to: delayS } = body
  if (typeof id !== 'string' || typeof type !== 'number') return miniError(world, 47001)
  if (delayS !== undefined && typeof delayS !== 'number') return miniError(world, 47001)
  if (!(type === 1 || type === 2)) return miniError(world, 268_546_000)
  const byNumber = world
    .values('trades')
    .find((trade) => trade.outTradeNo === id && trade.appid === app.appid && trade.payment !== null)
  const ids = byNumber?.payment?.transactionId ?? id
  const found = orderByIds(world, app, { transaction_id: ids })
  if (typeof found === 'number' || found.shipment.state !== 1) return miniError(world, 268_546_002)
  const daysAfter = ((delayS ?? 0) * 1000 - found.payment.paidAtMs) / DAY_MS
  const wrong = delayS === undefined || daysAfter <= 15 || daysAfter > 330
  if (type === 1 && wrong) return miniError(world, 268_546_001)
  const delayToMs = type === 1 && delayS !== undefined ? delayS * 1000 : null
  const special = { type, delayToMs } as const
  world.put('shipments', found.key, { ...found.shipment, special, nextAtMs: delayToMs })
  return MINI_OK
}

/** Couriers by their codes: the best known ones of about 1379. */
function deliveryList(): MiniAnswer {
  const list = DELIVERY_COMPANIES.map(([delivery_id, delivery_name]) => {
    return { delivery_id, delivery_name }
  })
  return { errcode: 0, count: list.length, delivery_list: list }
}

const ORDER = '/wxa/sec/order'

/** Path, point and endpoint of each. */
export const SHIPPING: readonly (readonly [
  path: string,
  point: string,
  endpoint: (context: Context) => MiniAnswer,
])[] = [
  [`${ORDER}/upload_shipping_info`, 'mini.upload_shipping_info', managed(uploadShipping)],
  [
    `${ORDER}/upload_combined_shipping_info`,
    'mini.upload_combined_shipping_info',
    managed(uploadCombined),
  ],
  [`${ORDER}/get_order`, 'mini.get_order', managed(getOrder)],
  [`${ORDER}/get_order_list`, 'mini.get_order_list', managed(getOrderList)],
  [`${ORDER}/notify_confirm_receive`, 'mini.notify_confirm_receive', managed(confirmReceive)],
  [`${ORDER}/set_msg_jump_path`, 'mini.set_msg_jump_path', managed(setJumpPath)],
  [`${ORDER}/opspecialorder`, 'mini.opspecialorder', managed(specialOrder)],
  [`${ORDER}/is_trade_managed`, 'mini.is_trade_managed', miniPost(isTradeManaged)],
  [
    `${ORDER}/is_trade_management_confirmation_completed`,
    'mini.is_trade_management_confirmation_completed',
    miniPost(isConfirmed),
  ],
  [
    '/cgi-bin/express/delivery/open_msg/get_delivery_list',
    'mini.get_delivery_list',
    miniPost(deliveryList),
  ],
]
