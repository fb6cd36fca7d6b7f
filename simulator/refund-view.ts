// A refund as WeChat Pay tells it: in answers (§7.1) and in notices (§7.6), which differ.
import { type Fen, fen, instant, rfc3339Beijing, subtractFen } from '@minitill/protocol/model'
import type { Json } from './api/wire.ts'
import type { Refund, RefundStatus } from './refund-state.ts'
import type { Trade } from './state.ts'

type View = { readonly [key: string]: Json }

function success(refund: Refund, status: RefundStatus): View {
  const { finishedAtMs } = refund
  if (status !== 'SUCCESS' || finishedAtMs === null) return {}
  return { success_time: rfc3339Beijing(instant(finishedAtMs)) }
}

function paidFen(trade: Trade): Fen {
  return trade.payment?.payerTotal ?? fen(0)
}

/** The share of coupons, where some were used. */
function promotion(trade: Trade, discountFen: Fen): readonly View[] {
  const amount = subtractFen(trade.total, paidFen(trade))
  if (amount === 0) return []
  const coupon = { promotion_id: '109519', scope: 'GLOBAL', type: 'NOCASH' }
  return [{ ...coupon, amount, refund_amount: discountFen }]
}

/** The Refund object of apply, query and abnormal refund (§7.1, §14.5). */
export function refundView(trade: Trade, refund: Refund): View {
  const { amountFen, payerRefundFen } = refund
  const discountFen = subtractFen(amountFen, payerRefundFen)
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: trade.payment?.transactionId ?? '',
    out_trade_no: trade.outTradeNo,
    channel: refund.channel,
    user_received_account: refund.userReceivedAccount,
    ...success(refund, refund.status),
    create_time: rfc3339Beijing(instant(refund.createdAtMs)),
    status: refund.status,
    funds_account: refund.fundsAccount,
    amount: {
      total: trade.total,
      refund: amountFen,
      from: [],
      payer_total: paidFen(trade),
      payer_refund: payerRefundFen,
      settlement_refund: payerRefundFen,
      settlement_total: paidFen(trade),
      discount_refund: discountFen,
      currency: 'CNY',
      ...(refund.feeBackFen === 0 ? {} : { refund_fee: refund.feeBackFen }),
    },
    promotion_detail: promotion(trade, discountFen),
  }
}

/** The content of a notice: `refund_status` where the query says `status` (R67, §14.6). */
export function refundNotice(trade: Trade, refund: Refund, status: RefundStatus): View {
  return {
    mchid: trade.mchid,
    out_trade_no: trade.outTradeNo,
    transaction_id: trade.payment?.transactionId ?? '',
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: status,
    ...success(refund, status),
    amount: {
      total: trade.total,
      refund: refund.amountFen,
      payer_total: paidFen(trade),
      payer_refund: refund.payerRefundFen,
    },
    user_received_account: refund.userReceivedAccount,
  }
}
