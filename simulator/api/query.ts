import type { Trade } from '../state.ts'
import { queryView, tradeAt, tradeKey } from '../trade.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { OUT_TRADE_NO } from './pay-schema.ts'
import { MCHID_DIFFERS } from './prepay.ts'
import { badPath, missingQuery } from './schema.ts'
import type { MerchantContext } from './wire.ts'

const NOT_EXIST = refused(404, 'ORDER_NOT_EXIST', '订单不存在', 268512771)

function wrongMchid(context: MerchantContext): PayAnswer | null {
  const mchid = context.query.get('mchid')
  if (mchid === null || mchid === '') return missingQuery('mchid', '商户号')
  if (mchid === context.merchant.mchid) return null
  return refused(400, 'PARAM_ERROR', MCHID_DIFFERS, 268435461)
}

/** With the fault `other_order` the answer is about another order, and validly signed (F-14). */
function told(context: MerchantContext, trade: Trade): PayAnswer {
  const { world, fault } = context
  if (fault?.kind !== 'other_order') return answered(200, queryView(world, trade))
  const other = world
    .values('trades')
    .find(({ mchid, outTradeNo }) => mchid === trade.mchid && outTradeNo !== trade.outTradeNo)
  const invented = { ...queryView(world, trade), out_trade_no: `${trade.outTradeNo.slice(0, -1)}*` }
  return answered(200, other === undefined ? invented : queryView(world, other))
}

/** GET /v3/pay/transactions/out-trade-no/{out_trade_no}?mchid= (商户订单号查询订单). */
export function queryByOutTradeNo(context: MerchantContext): PayAnswer {
  const outTradeNo = context.params['out_trade_no'] ?? ''
  if (!OUT_TRADE_NO.test(outTradeNo)) {
    return badPath('out_trade_no', '商户订单号', OUT_TRADE_NO, outTradeNo)
  }
  const refusal = wrongMchid(context)
  if (refusal !== null) return refusal
  const trade = tradeAt(context.world, tradeKey(context.merchant.mchid, outTradeNo))
  return trade === undefined ? NOT_EXIST : told(context, trade)
}

/** GET /v3/pay/transactions/id/{transaction_id}?mchid= (微信支付订单号查询订单). */
export function queryByTransactionId(context: MerchantContext): PayAnswer {
  const refusal = wrongMchid(context)
  if (refusal !== null) return refusal
  const key = context.world.get('transactions', context.params['transaction_id'] ?? '')
  const trade = key === undefined ? undefined : tradeAt(context.world, key)
  if (trade === undefined) return NOT_EXIST
  if (trade.mchid !== context.merchant.mchid) {
    return refused(400, 'INVALID_REQUEST', '商户号和订单信息不匹配', 268447843)
  }
  return told(context, trade)
}
