// 退款申请 and 查询单笔退款 (wechat-pay.md §7.1–§7.4, §7.7).
import { fen } from '@minitill/protocol/model'
import { fundsOf } from '../funds.ts'
import {
  acceptRefund,
  costOf,
  draftRefund,
  type RefundOrder,
  refundedFen,
  refundKey,
  refundsOf,
} from '../refund.ts'
import { refundView } from '../refund-view.ts'
import type { Payment, Trade } from '../state.ts'
import { tradeAt, tradeKey } from '../trade.ts'
import type { World } from '../world.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { canonical, within } from './prepay.ts'
import { OUT_REFUND_NO, REFUND_SHAPE } from './refund-schema.ts'
import { badPath, type Fields, readBody } from './schema.ts'
import type { MerchantContext } from './wire.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const MOST_DAYS = 365
const MOST_PARTS = 50
const OLD_DAYS = 30
const MOST_REASON_BYTES = 80
const MOST_REFUNDS = 500_000

const NO_ORDER = refused(404, 'RESOURCE_NOT_EXISTS', '订单不存在', 268449536)
const NO_REFUND = refused(404, 'RESOURCE_NOT_EXISTS', '退款单不存在', 268449536)
const DIFFERS = '订单金额或退款金额与之前请求不一致，请核实后再试'

function invalid(message: string): PayAnswer {
  return refused(400, 'INVALID_REQUEST', message, 268435461)
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key]
  return typeof value === 'string' ? value : ''
}

function fenOf(fields: Fields, key: string) {
  const value = within(fields, 'amount')[key]
  return fen(typeof value === 'number' ? value : 0)
}

type Found = { readonly trade: Trade; readonly payment: Payment } | PayAnswer

/** The paid order that a request names; one that is unpaid is as good as missing (R65). */
function orderOf(context: MerchantContext, fields: Fields): Found {
  const { world, merchant } = context
  const [id, number] = [textOf(fields, 'transaction_id'), textOf(fields, 'out_trade_no')]
  if (id === '' && number === '') return invalid('transaction_id和out_trade_no必须填写一个')
  const key = id === '' ? tradeKey(merchant.mchid, number) : world.get('transactions', id)
  const trade = key === undefined ? undefined : tradeAt(world, key)
  if (trade === undefined || trade.payment === null) return NO_ORDER
  if (trade.mchid !== merchant.mchid) return invalid('商户号和订单信息不匹配')
  if (number !== '' && number !== trade.outTradeNo) return invalid('订单号与微信订单号不一致')
  return { trade, payment: trade.payment }
}

/** U21: two codes that only the FAQ knows. */
function coded(world: World, code: 'TRADE_OVERDUE' | 'REFUND_FEE_MISMATCH', message: string) {
  return world.switches.refund_codes === 'INVALID_REQUEST'
    ? invalid(message)
    : refused(400, code, message, 268435461)
}

/** R62: age, total, number and distance of parts, and what is left to give back. */
function ruleTrouble(context: MerchantContext, fields: Fields, found: RefundOrder) {
  const { world, nowMs } = context
  const { trade, payment, amountFen } = found
  if (fenOf(fields, 'total') !== trade.total) {
    return coded(world, 'REFUND_FEE_MISMATCH', '您的请求参数与订单信息不一致')
  }
  if (nowMs > payment.paidAtMs + MOST_DAYS * DAY_MS) {
    return coded(world, 'TRADE_OVERDUE', '订单已超过可退款的最大期限')
  }
  const left = trade.total - refundedFen(world, trade)
  if (left === 0) return invalid('订单已全额退款')
  if (amountFen > left) return coded(world, 'REFUND_FEE_MISMATCH', '申请退款金额大于订单可退金额')
  const parts = refundsOf(world, trade)
  if (parts.length >= MOST_PARTS) return invalid('订单退款次数超过50次')
  const last = parts.at(-1)
  if (last !== undefined && nowMs < last.createdAtMs + MINUTE_MS) {
    return refused(429, 'FREQUENCY_LIMITED', '同一笔订单的部分退款需间隔1分钟', 268447840)
  }
  const from = within(fields, 'amount')['from']
  const sources = Array.isArray(from) ? from.map((one) => Number((one as Fields)['amount'])) : []
  const sum = sources.reduce((all, one) => all + one, 0)
  return sources.length > 0 && sum !== amountFen ? invalid('出资金额之和与退款金额不一致') : null
}

/** R68: orders older than a month have a quota of their own. */
function oldOrderTrouble({ world, nowMs, merchant }: MerchantContext, payment: Payment) {
  if (nowMs < payment.paidAtMs + OLD_DAYS * DAY_MS) return null
  const funds = fundsOf(world, merchant.mchid)
  const minute = Math.floor(nowMs / MINUTE_MS)
  const count = funds.oldMinute === minute ? funds.oldCount : 0
  if (count >= world.switches.old_refunds_per_minute) {
    const message = '频率限制，1个月之前的订单请降低申请频率再重试'
    return refused(429, 'FREQUENCY_LIMITED', message, 268447840)
  }
  world.put('funds', merchant.mchid, { ...funds, oldMinute: minute, oldCount: count + 1 })
  return null
}

/** Refusals that a fault asks for; nothing has happened then. */
const FAULTS: Readonly<Record<string, PayAnswer>> = {
  user_account_abnormal: refused(403, 'USER_ACCOUNT_ABNORMAL', '用户账户注销', 268449538),
  no_auth: refused(403, 'NO_AUTH', '没有退款权限', 268447843),
  request_blocked: refused(403, 'REQUEST_BLOCKED', '此请求因管控规则而被拒绝', 268447843),
  mch_not_exists: refused(404, 'MCH_NOT_EXISTS', '商户号不存在', 268447843),
}

const ENDS: Readonly<Record<string, RefundOrder['endsAs']>> = {
  refund_abnormal: 'ABNORMAL',
  refund_closed: 'CLOSED',
}

function readRefund(context: MerchantContext, fields: Fields): RefundOrder | PayAnswer {
  const found = orderOf(context, fields)
  if ('status' in found) return found
  const reason = textOf(fields, 'reason')
  if (Buffer.byteLength(reason) > MOST_REASON_BYTES) {
    return refused(400, 'PARAM_ERROR', '退款原因超过80个字节', 268435461)
  }
  return {
    ...found,
    outRefundNo: textOf(fields, 'out_refund_no'),
    amountFen: fenOf(fields, 'refund'),
    reason: reason || null,
    notifyUrl: textOf(fields, 'notify_url') || null,
    request: canonical(fields),
    external: false,
    endsAs: ENDS[context.fault?.kind ?? ''] ?? 'SUCCESS',
    atOnce: context.fault?.kind === 'refund_at_once',
  }
}

/** R69: a refusal behind which the refund is under way all the same. */
function told(context: MerchantContext, answer: PayAnswer): PayAnswer {
  if (context.fault?.kind !== 'rate_limited_with_effect') return answer
  return refused(429, 'FREQUENCY_LIMITED', '频率限制', 268447840)
}

/** POST /v3/refund/domestic/refunds (退款申请). */
export function applyRefund(context: MerchantContext): PayAnswer {
  const { world, merchant, fault } = context
  const body = readBody(context.request.body, REFUND_SHAPE)
  if (!body.ok) return body.answer
  const blocked = FAULTS[fault?.kind ?? '']
  if (blocked !== undefined) return blocked
  const order = readRefund(context, body.fields)
  if ('status' in order) return order
  const known = world.get('refunds', refundKey(merchant.mchid, order.outRefundNo))
  if (known !== undefined) {
    const same = known.request === order.request
    return same ? told(context, answered(200, refundView(order.trade, known))) : invalid(DIFFERS)
  }
  const trouble =
    ruleTrouble(context, body.fields, order) ?? oldOrderTrouble(context, order.payment)
  if (trouble !== null) return trouble
  if (world.count('refunds') >= MOST_REFUNDS) {
    return refused(403, 'RULE_LIMIT', '模拟器中的退款已满，请调用 POST /_sim/reset', 268448010)
  }
  const draft = draftRefund(world, order)
  const poor = fundsOf(world, merchant.mchid).balanceFen < costOf(draft)
  if (poor && world.switches.refund_without_funds === 'NOT_ENOUGH') {
    return refused(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起', 268449538)
  }
  const refund = acceptRefund(world, order, draft)
  return told(context, answered(200, refundView(order.trade, refund)))
}

/** GET /v3/refund/domestic/refunds/{out_refund_no} (查询单笔退款). */
export function queryRefund(context: MerchantContext): PayAnswer {
  const { world, merchant } = context
  const outRefundNo = context.params['out_refund_no'] ?? ''
  if (!OUT_REFUND_NO.test(outRefundNo)) {
    return badPath('out_refund_no', '商户退款单号', OUT_REFUND_NO, outRefundNo)
  }
  const refund = world.get('refunds', refundKey(merchant.mchid, outRefundNo))
  if (refund === undefined) return NO_REFUND
  return answered(200, refundView(world.must('trades', refund.trade), refund))
}
