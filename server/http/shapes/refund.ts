import { z } from 'zod'
import type { Refund } from '../../domain/refund.ts'
import { publicStatus } from '../../flows/apply-refund.ts'

/** A refund as the shop sees it. */
export const refundShape = z.object({
  id: z.string(),
  order_id: z.string().nullable().describe('null for money that belongs to no order.'),
  out_refund_no: z.string(),
  refund_id: z.string().nullable().describe("WeChat's number, once it accepted."),
  amount: z.int().describe('Fen.'),
  currency: z.literal('CNY'),
  status: z
    .enum(['processing', 'succeeded', 'closed', 'abnormal'])
    .describe('processing: wished for, sent or accepted; the money is there with succeeded.'),
  reason: z.string(),
  restock: z.boolean().describe("Whether the order's pieces go back to the stock with success."),
  external: z.boolean().describe('Started elsewhere: on the merchant platform, or by WeChat.'),
  approval: z
    .enum(['not_needed', 'awaiting', 'approved', 'declined'])
    .describe('awaiting: WeChat is not asked before a second operator approves it.'),
  requested_by: z
    .string()
    .nullable()
    .describe('The operator; null for what no operator asked for.'),
  decided_by: z.string().nullable().describe('The operator who approved or declined it.'),
  decided_at: z.string().nullable(),
  decline_reason: z.string().nullable(),
  needs_decision: z.boolean().describe('It waits for POST /admin/v1/refunds/{id}/resolve.'),
  problem: z.string().nullable().describe("WeChat's last refusal, or why it was closed here."),
  received_account: z.string().nullable(),
  created_at: z.string(),
  accepted_at: z.string().nullable(),
  succeeded_at: z.string().nullable(),
  closed_at: z.string().nullable(),
})

export type RefundView = z.output<typeof refundShape>

/** Shows a refund. */
export function showRefund(refund: Refund): RefundView {
  return {
    id: refund.id,
    order_id: refund.orderId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    amount: refund.amountFen,
    currency: 'CNY',
    status: publicStatus(refund),
    reason: refund.reason,
    restock: refund.restock,
    external: refund.external,
    approval: refund.approval,
    requested_by: refund.requestedBy,
    decided_by: refund.decidedBy,
    decided_at: timeOrNull(refund.decidedAtMs),
    decline_reason: refund.declineReason,
    needs_decision: refund.status === 'abnormal' || refund.status === 'refused',
    problem: refund.problem,
    received_account: refund.receivedAccount,
    created_at: new Date(refund.createdAtMs).toISOString(),
    accepted_at: timeOrNull(refund.acceptedAtMs),
    succeeded_at: timeOrNull(refund.succeededAtMs),
    closed_at: timeOrNull(refund.closedAtMs),
  }
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
