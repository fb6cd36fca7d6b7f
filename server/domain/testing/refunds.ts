import {
  fen,
  instant,
  parseOutRefundNo,
  parseOutTradeNo,
  parseRefund,
  parseRefundId,
  parseRefundNotice,
  parseTransactionId,
} from '@minitill/protocol/model'
import type { KnownRefund, RefundEvidence } from '../decide-refund.ts'
import type { Receipt, Refund, RefundStatus } from '../refund.ts'
import { at, order, type Said } from './evidence.ts'

export function receipt(change: Partial<Receipt> = {}): Receipt {
  return {
    id: 'receipt_1',
    mchid: order().mchid,
    transactionId: parseTransactionId('4200000001'),
    outTradeNo: parseOutTradeNo('MT0000000001'),
    orderId: 'order_1',
    paymentId: 'payment_1',
    origin: 'sale',
    totalFen: fen(300),
    reservedFen: fen(100),
    parts: 1,
    paidAtMs: at,
    nextSendAtMs: at,
    createdAtMs: at,
    ...change,
  }
}

export function refund(status: RefundStatus, change: Partial<Refund> = {}): Refund {
  const known = !['frozen', 'refused', 'closed'].includes(status)
  return {
    id: 'refund_1',
    receiptId: 'receipt_1',
    mchid: order().mchid,
    orderId: 'order_1',
    outRefundNo: parseOutRefundNo('MTR0000000001'),
    refundId: known ? parseRefundId('5030000001') : null,
    external: false,
    amountFen: fen(100),
    reason: 'sorry',
    requestBody: '{}',
    restock: true,
    restocked: false,
    requestedBy: null,
    approval: 'not_needed',
    decidedBy: null,
    decidedAtMs: null,
    declineReason: null,
    status,
    statusAtMs: at,
    problem: null,
    sentCount: 1,
    lastSentAtMs: at,
    acceptedAtMs: known ? at : null,
    receivedAccount: null,
    succeededAtMs: status === 'succeeded' ? at : null,
    closedAtMs: status === 'closed' ? at : null,
    chain: 1,
    createdAtMs: at,
    version: 1,
    ...change,
  }
}

export function knownRefund(
  status: RefundStatus,
  change: { refund?: Partial<Refund>; receipt?: Partial<Receipt> } = {},
): KnownRefund {
  const items = [
    { productId: 'tea', name: 'Tea', quantity: 2, unitPriceFen: fen(150), amountFen: fen(300) },
  ]
  return {
    refund: refund(status, change.refund),
    receipt: receipt(change.receipt),
    order: order({ status: 'paid', paidAtMs: at, items }),
  }
}

const facts = {
  out_refund_no: 'MTR0000000001',
  refund_id: '5030000001',
  out_trade_no: 'MT0000000001',
  transaction_id: '4200000001',
  user_received_account: '支付用户零钱',
  amount: { total: 300, refund: 100, payer_total: 300, payer_refund: 100 },
}

/** Fields of WeChat's as it writes them; `status` is the state in either shape. */
const told = ({ status, ...said }: Said) =>
  parseRefund({
    ...facts,
    ...said,
    status,
    ...(status === 'SUCCESS' ? { success_time: new Date(at).toISOString() } : {}),
  })

export const answered = (said: Said): RefundEvidence => ({ kind: 'answer', told: told(said) })

/** Asked before our last change unless `laterMs` says how long after it. */
export const queried = (said: Said, laterMs = -1): RefundEvidence => ({
  kind: 'query',
  told: told(said),
  askedAtMs: instant(at + laterMs),
})

export const notified = ({ status, ...said }: Said): RefundEvidence => ({
  kind: 'notification',
  notice: parseRefundNotice({
    mchid: '1999900001',
    ...facts,
    ...said,
    refund_status: status,
    ...(status === 'SUCCESS' ? { success_time: new Date(at).toISOString() } : {}),
  }),
})
