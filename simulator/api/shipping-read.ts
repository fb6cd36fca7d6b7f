// get_order and get_order_list (查询订单发货状态, 查询订单列表; §7.2).
import { isIngested, type Shippable, shippableOf } from '../shipping.ts'
import type { App } from '../state.ts'
import type { World } from '../world.ts'
import { type MiniAnswer, miniError } from './mini-answer.ts'
import { MINI_OK, type MiniFields, objectOf } from './mini-post.ts'
import { orderByIds, orderView } from './shipping-order.ts'
import type { Context } from './wire.ts'

const LATEST = 2 ** 32 - 1
const MOST_A_PAGE = 100

/** POST /wxa/sec/order/get_order. */
export function getOrder({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const found = orderByIds(world, app, body)
  if (typeof found === 'number') return miniError(world, found)
  return { ...MINI_OK, order: orderView(found) }
}

interface Filter {
  readonly beginS: number
  readonly endS: number
  readonly state: number | undefined
  readonly openid: string | undefined
  readonly lastIndex: string
  readonly size: number
}

function whole(value: unknown, fallback: number): number | null {
  if (value === undefined) return fallback
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null
}

/** What is asked for; null when a field is of a wrong type. */
function filterOf(body: MiniFields): Filter | null {
  const range = body['pay_time_range'] === undefined ? {} : objectOf(body['pay_time_range'])
  if (range === undefined) return null
  const beginS = whole(range['begin_time'], 0)
  const endS = whole(range['end_time'], LATEST)
  const size = whole(body['page_size'], MOST_A_PAGE)
  const state = whole(body['order_state'], 0)
  const { openid, last_index: last = '' } = body
  if (beginS === null || endS === null || size === null || state === null) return null
  if (state > 6 || typeof last !== 'string') return null
  if (openid !== undefined && typeof openid !== 'string') return null
  const wanted = body['order_state'] === undefined ? undefined : state
  return { beginS, endS, state: wanted, openid, lastIndex: last, size }
}

function fits(one: Shippable, filter: Filter): boolean {
  const paidS = Math.floor(one.payment.paidAtMs / 1000)
  if (paidS < filter.beginS || paidS > filter.endS) return false
  if (filter.state !== undefined && one.shipment.state !== filter.state) return false
  return filter.openid === undefined || one.trade.openid === filter.openid
}

function ordersOf(world: World, app: App, filter: Filter): readonly Shippable[] {
  return world
    .entries('shipments')
    .filter(([, { appid }]) => appid === app.appid)
    .map(([key]) => shippableOf(world, key))
    .filter((one) => one !== undefined)
    .filter((one) => isIngested(world, one) && fits(one, filter))
}

/** POST /wxa/sec/order/get_order_list: oldest payment first, a page at a time. */
export function getOrderList({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const filter = filterOf(body)
  if (filter === null || filter.size === 0) return miniError(world, 47001)
  const all = ordersOf(world, app, filter)
  const { lastIndex } = filter
  const at = all.findIndex(({ payment }) => payment.transactionId === lastIndex)
  if (lastIndex !== '' && at < 0) return miniError(world, 10_060_011)
  const page = all.slice(at + 1, at + 1 + Math.min(filter.size, MOST_A_PAGE))
  return {
    ...MINI_OK,
    last_index: page.at(-1)?.payment.transactionId ?? lastIndex,
    has_more: at + 1 + page.length < all.length,
    order_list: page.map(orderView),
  }
}
