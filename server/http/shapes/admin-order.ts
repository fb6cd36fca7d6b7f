import { z } from 'zod'
import type { Payment } from '../../domain/payment.ts'
import type { OrderFile } from '../../flows/read-console.ts'
import { viewOf } from '../../flows/read-orders.ts'
import { orderShape, presentOrder } from '../app/present-order.ts'

const paymentShape = z.object({
  attempt: z.int(),
  status: z.enum(['frozen', 'prepaid', 'closing', 'closed', 'paid']),
  out_trade_no: z.string(),
  prepay_id: z.string().nullable(),
  transaction_id: z.string().nullable(),
  amount: z.int().describe('Fen.'),
  asked_count: z.int().describe('How often WeChat was asked.'),
  created_at: z.string(),
  paid_at: z.string().nullable(),
  closed_at: z.string().nullable(),
})

/** An order as the shop sees it: also whose it is, and every attempt to collect. */
export const adminOrderShape = orderShape.extend({
  account_id: z.string(),
  appid: z.string(),
  mchid: z.string(),
  openid: z.string(),
  reference: z
    .string()
    .nullable()
    .describe('The merchant’s own number, if its system made the order.'),
  close_reason: z.enum(['cancelled', 'expired']).nullable(),
  payments: z.array(paymentShape),
})

export type AdminOrder = z.output<typeof adminOrderShape>

/** null for an order without a payment, which the placing of orders does not leave behind. */
export function showAdminOrder({ order, payments }: OrderFile): AdminOrder | null {
  const view = viewOf(order, payments)
  if (view === null) return null
  return {
    ...presentOrder(view),
    account_id: order.accountId,
    appid: order.appid,
    mchid: order.mchid,
    openid: order.openid,
    reference: order.reference,
    close_reason: order.closeReason,
    payments: payments.map(showPayment),
  }
}

function showPayment(payment: Payment): AdminOrder['payments'][number] {
  return {
    attempt: payment.attempt,
    status: payment.status,
    out_trade_no: payment.outTradeNo,
    prepay_id: payment.prepayId,
    transaction_id: payment.transactionId,
    amount: payment.amountFen,
    asked_count: payment.askedCount,
    created_at: new Date(payment.createdAtMs).toISOString(),
    paid_at: timeOrNull(payment.paidAtMs),
    closed_at: timeOrNull(payment.closedAtMs),
  }
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
