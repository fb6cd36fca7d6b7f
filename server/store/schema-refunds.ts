import type { Fen, Instant } from '@minitill/protocol/model'
import type { Receipt, RefundApproval, RefundStatus } from '../domain/refund.ts'

export interface ReceiptTable {
  id: string
  mchid: string
  transaction_id: string
  out_trade_no: string
  order_id: string | null
  payment_id: string | null
  origin: Receipt['origin']
  total_fen: Fen
  reserved_fen: Fen
  parts: number
  paid_at_ms: Instant
  next_send_at_ms: Instant
  created_at_ms: Instant
}

export interface RefundTable {
  id: string
  receipt_id: string
  mchid: string
  order_id: string | null
  out_refund_no: string
  refund_id: string | null
  external: boolean
  amount_fen: Fen
  reason: string
  request_body: string | null
  restock: boolean
  restocked: boolean
  requested_by: string | null
  approval: RefundApproval
  decided_by: string | null
  decided_at_ms: Instant | null
  decline_reason: string | null
  status: RefundStatus
  status_at_ms: Instant
  problem: string | null
  sent_count: number
  last_sent_at_ms: Instant | null
  accepted_at_ms: Instant | null
  received_account: string | null
  succeeded_at_ms: Instant | null
  closed_at_ms: Instant | null
  chain: number
  created_at_ms: Instant
  version: number
}
