// A refund as the server tells it.
import { type Fields, numberOf, textOf, textOrNull } from './read.ts'

export interface Refund {
  id: string
  outRefundNo: string
  amountFen: number
  status: string
  reason: string
  external: boolean
  approval: string
  requestedBy: string | null
  decidedBy: string | null
  declineReason: string | null
  problem: string | null
  createdAt: string
  succeededAt: string | null
}

/** In the field names of the API. */
export interface RefundWish {
  amount: number
  reason: string
  restock: boolean
}

export function readRefund(from: Fields): Refund {
  return {
    id: textOf(from['id']),
    outRefundNo: textOf(from['out_refund_no']),
    amountFen: numberOf(from['amount']),
    status: textOf(from['status']),
    reason: textOf(from['reason']),
    external: from['external'] === true,
    approval: textOf(from['approval'], 'not_needed'),
    requestedBy: textOrNull(from['requested_by']),
    decidedBy: textOrNull(from['decided_by']),
    declineReason: textOrNull(from['decline_reason']),
    problem: textOrNull(from['problem']),
    createdAt: textOf(from['created_at']),
    succeededAt: textOrNull(from['succeeded_at']),
  }
}
