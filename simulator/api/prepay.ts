import { fen, instant, parseRfc3339, rfc3339Beijing } from '@minitill/protocol/model'
import type { Trade } from '../state.ts'
import { closeTrade, PREPAY_LIFE_MS, payTrade, tradeAt, tradeKey } from '../trade.ts'
import type { World } from '../world.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { prepayShape } from './pay-schema.ts'
import { type Fields, readBody } from './schema.ts'
import type { Json, MerchantContext } from './wire.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const MOST_TRADES = 500_000

export const MCHID_DIFFERS = 'http header中的mchid与post payload中的mchid不匹配'

function textOf(fields: Fields, key: string): string {
  const value = fields[key]
  return typeof value === 'string' ? value : ''
}

export function within(fields: Fields, key: string): Fields {
  const value = fields[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}

/** The request without regard to the order of its keys, the default currency filled in. */
export function canonical(fields: Fields): string {
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([key, inner]) => [key, walk(inner)]))
  }
  return JSON.stringify(
    walk({ ...fields, amount: { currency: 'CNY', ...within(fields, 'amount') } }),
  )
}

/** R35: sooner than a minute becomes a minute, later than the limit becomes the limit. */
function clampedExpiry(text: string, nowMs: number, maxDays: number): number | null {
  if (text === '') return null
  const wanted: number = parseRfc3339(text)
  return Math.min(Math.max(wanted, nowMs + MINUTE_MS), nowMs + maxDays * DAY_MS)
}

function badTime(text: string): PayAnswer | null {
  if (text === '') return null
  try {
    parseRfc3339(text)
    return null
  } catch {
    const message = 'time_expire不是合法的rfc3339时间'
    return refused(400, 'PARAM_ERROR', message, 268435464, { location: 'body', value: text })
  }
}

/** Rules that look at who is calling and for whom, before the order number matters. */
function callerTrouble(context: MerchantContext, fields: Fields): PayAnswer | null {
  const { merchant, world } = context
  const [appid, openid] = [textOf(fields, 'appid'), textOf(within(fields, 'payer'), 'openid')]
  if (textOf(fields, 'mchid') !== merchant.mchid) {
    return refused(400, 'PARAM_ERROR', MCHID_DIFFERS, 268435461)
  }
  if (!merchant.appids.includes(appid) || world.get('apps', appid) === undefined) {
    const message = 'appid和mch_id不匹配，请检查后再试'
    return refused(400, 'APPID_MCHID_NOT_MATCH', message, 268445527)
  }
  if (world.get('openids', `${appid}/${openid}`) === undefined) {
    return world.switches.openid_mismatch === 'PARAM_ERROR'
      ? refused(400, 'PARAM_ERROR', 'appid和openid不匹配', 268435461)
      : refused(500, 'OPENID_MISMATCH', 'openid和appid不匹配', 268435461)
  }
  return badTime(textOf(fields, 'time_expire'))
}

function otherParameters(world: World): PayAnswer {
  switch (world.switches.reentry) {
    case 'OUT_TRADE_NO_USED':
      return refused(403, 'OUT_TRADE_NO_USED', '商户订单号重复', 268498688)
    case 'PARAM_ERROR':
      return refused(400, 'PARAM_ERROR', '订单重入参数校验失败', 268498688)
    case 'DUPLICATE':
      return refused(400, 'INVALID_REQUEST', '201 商户订单号重复', 268498688)
    case 'INVALID_REQUEST': {
      const message = '请求重入时，参数与首次请求时不一致'
      return refused(400, 'INVALID_REQUEST', message, 268498688)
    }
  }
}

export function alreadyPaid(world: World): PayAnswer {
  return refused(400, world.switches.prepay_paid, '该订单已支付', 268449538)
}

/** R31 and R32: what becomes of a number that WeChat already knows. */
function reentry(context: MerchantContext, trade: Trade, request: string): PayAnswer | null {
  const { world } = context
  if (trade.state === 'CLOSED') return refused(400, 'ORDER_CLOSED', '该订单已失效', 268447914)
  if (trade.state !== 'NOTPAY') return alreadyPaid(world)
  return trade.request === request ? null : otherParameters(world)
}

/** `wx`, day and time in Beijing, then what makes it one of a kind: 36 characters. */
function newPrepayId(world: World, key: string, nth: number, nowMs: number): string {
  const time = rfc3339Beijing(instant(nowMs)).replace(/[-:T]/g, '').slice(6, 14)
  return `wx${time}${world.chance(`prepay:${key}`, nth).hex(22)}0000`
}

function newTrade(context: MerchantContext, fields: Fields, request: string): Trade {
  const { nowMs, world, merchant } = context
  const total = within(fields, 'amount')['total']
  const maxDays = world.switches.time_expire_max_days
  const deviceId = textOf(within(fields, 'scene_info'), 'device_id')
  return {
    mchid: merchant.mchid,
    appid: textOf(fields, 'appid'),
    outTradeNo: textOf(fields, 'out_trade_no'),
    description: textOf(fields, 'description'),
    attach: textOf(fields, 'attach') || null,
    notifyUrl: textOf(fields, 'notify_url'),
    deviceId: deviceId || null,
    total: fen(typeof total === 'number' ? total : 0),
    openid: textOf(within(fields, 'payer'), 'openid'),
    createdAtMs: nowMs,
    timeExpireMs: clampedExpiry(textOf(fields, 'time_expire'), nowMs, maxDays),
    request,
    state: 'NOTPAY',
    prepayId: '',
    prepayAtMs: 0,
    prepayCount: 0,
    payment: null,
  }
}

/** The order with a prepay_id that is good for two hours, the present one while it lasts (R30). */
function withPrepay(world: World, key: string, trade: Trade, nowMs: number): Trade {
  if (trade.prepayCount > 0 && nowMs < trade.prepayAtMs + PREPAY_LIFE_MS) return trade
  const prepayId = newPrepayId(world, key, trade.prepayCount, nowMs)
  world.put('prepays', prepayId, { trade: key, createdAtMs: nowMs })
  const count = trade.prepayCount + 1
  const renewed: Trade = { ...trade, prepayId, prepayAtMs: nowMs, prepayCount: count }
  world.put('trades', key, renewed)
  return renewed
}

/** The simulator keeps every order until it is reset; there must be an end to that. */
function noRoom(world: World): PayAnswer | null {
  if (world.count('trades') < MOST_TRADES) return null
  return refused(403, 'RULE_LIMIT', '模拟器中的订单已满，请调用 POST /_sim/reset', 268448010)
}

/** POST /v3/pay/transactions/jsapi (JSAPI/小程序下单). */
export function prepay(context: MerchantContext): PayAnswer {
  const { world, nowMs, merchant } = context
  const storeRequired = world.switches.store_info === 'mandatory'
  const body = readBody(context.request.body, prepayShape({ storeRequired }))
  if (!body.ok) return body.answer
  const trouble = callerTrouble(context, body.fields) ?? noRoom(world)
  if (trouble !== null) return trouble
  const key = tradeKey(merchant.mchid, textOf(body.fields, 'out_trade_no'))
  const request = canonical(body.fields)
  if (world.get('burnt', key) !== undefined) return otherParameters(world)
  const known = tradeAt(world, key)
  const refusal = known === undefined ? null : reentry(context, known, request)
  if (refusal !== null) return refusal
  const trade = withPrepay(world, key, known ?? newTrade(context, body.fields, request), nowMs)
  afterPrepay(context, key, trade)
  return answered(200, { prepay_id: trade.prepayId })
}

/** Faults that belong to the moment right after an order was made. */
function afterPrepay(context: MerchantContext, key: string, trade: Trade): void {
  const { world, fault } = context
  if (fault?.kind === 'paid_before_answer') {
    const owner = world.get('openids', `${trade.appid}/${trade.openid}`)
    if (owner !== undefined) payTrade(world, key, trade, owner)
  }
  if (fault?.kind === 'closed_after_prepay') closeTrade(world, key, trade)
}
