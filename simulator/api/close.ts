import { closeTrade, payable, payTrade, tradeAt, tradeKey } from '../trade.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { CLOSE_SHAPE, OUT_TRADE_NO } from './pay-schema.ts'
import { MCHID_DIFFERS } from './prepay.ts'
import { badPath, readBody } from './schema.ts'
import type { MerchantContext } from './wire.ts'

const CLOSED = answered(204, null)
const MINUTE_MS = 60_000
const MOST_BURNT = 100_000

/** R33: closing a number that was never ordered burns it, or is refused (U4). */
function closeUnknown(context: MerchantContext, key: string): PayAnswer {
  const { world, nowMs } = context
  if (world.switches.close_unknown === 'ORDER_NOT_EXIST') {
    return refused(404, 'ORDER_NOT_EXIST', '订单不存在', 268512771)
  }
  if (world.count('burnt') >= MOST_BURNT) world.remove('burnt', world.oldest('burnt') ?? '')
  world.put('burnt', key, nowMs)
  return CLOSED
}

/** The preset "paid during close": the person's payment wins the race by a hair (F-32). */
function payFirst(context: MerchantContext, key: string): void {
  const { world, fault } = context
  const trade = tradeAt(world, key)
  if (fault?.kind !== 'paid_during_close' || trade?.state !== 'NOTPAY') return
  const owner = world.get('openids', `${trade.appid}/${trade.openid}`)
  if (owner === undefined || world.must('people', owner).balance < payable(world, trade)) return
  payTrade(world, key, trade, owner)
}

/** POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close (关闭订单). */
export function close(context: MerchantContext): PayAnswer {
  const { world, nowMs, merchant } = context
  const outTradeNo = context.params['out_trade_no'] ?? ''
  if (!OUT_TRADE_NO.test(outTradeNo)) {
    return badPath('out_trade_no', '商户订单号', OUT_TRADE_NO, outTradeNo)
  }
  const body = readBody(context.request.body, CLOSE_SHAPE)
  if (!body.ok) return body.answer
  if (body.fields['mchid'] !== merchant.mchid) {
    return refused(400, 'PARAM_ERROR', MCHID_DIFFERS, 268435461)
  }
  const key = tradeKey(merchant.mchid, outTradeNo)
  payFirst(context, key)
  const trade = tradeAt(world, key)
  if (trade === undefined) return closeUnknown(context, key)
  if (trade.state === 'CLOSED') return CLOSED
  if (trade.state !== 'NOTPAY') return refused(400, 'ORDER_PAID', '该订单已支付', 268449538)
  const waitMs = world.switches.close_wait_minutes * MINUTE_MS
  if (nowMs < trade.createdAtMs + waitMs) {
    const message = '订单生成后不能马上调用关单接口，最短调用时间间隔为5分钟'
    return refused(400, 'INVALID_REQUEST', message, 268435461)
  }
  closeTrade(world, key, trade)
  return CLOSED
}
