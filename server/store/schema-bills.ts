import type { Instant, Mchid } from '@minitill/protocol/model'
import type { DayBalance } from '../domain/reconcile/balance.ts'
import type { Difference } from '../domain/reconcile/difference.ts'
import type { Movement, Place } from '../domain/reconcile/rows.ts'
import type { Bill } from '../ports/tables/bills.ts'
import type { DayCounts, Reconciliation } from '../ports/tables/differences.ts'

export interface BillTable {
  id: string
  mchid: Mchid
  kind: Bill['kind']
  account: Bill['account']
  date: string
  status: Bill['status']
  attempt: number
  tries: number
  problem: string | null
  hash: string | null
  row_count: number | null
  sums: unknown
  opening_fen: number | null
  closing_fen: number | null
  created_at_ms: Instant
  ended_at_ms: Instant | null
}

export interface TradeRowTable {
  bill_id: string
  line: number
  mchid: string
  identity: string
  at_ms: Instant
  appid: string
  openid: string
  transaction_id: string
  out_trade_no: string
  state: string
  currency: string
  total_fen: number
  settled_fen: number
  refund_id: string | null
  out_refund_no: string | null
  refund_fen: number
  refund_settled_fen: number
  refund_state: string | null
  fee_fen: number
  rate: string
  place: Place
  subject: string | null
  entry_id: string | null
  difference_id: string | null
  booked: boolean
}

export interface FundRowTable {
  bill_id: string
  line: number
  mchid: string
  flow_id: string
  identity: string | null
  movement: Movement
  type: string
  business_id: string
  voucher: string
  note: string
  at_ms: Instant
  amount_fen: number
  balance_fen: number
  place: Place
  subject: string | null
  difference_id: string | null
}

export interface DifferenceTable {
  id: string
  mchid: string
  date: string
  class: Difference['class']
  key: string
  entry_id: string | null
  there_fen: number | null
  here_fen: number | null
  effect_fen: number
  detail: unknown
  status: Difference['status']
  opened_at_ms: Instant
  closed_at_ms: Instant | null
  evidence: string | null
  closed_by: string | null
  reason: string | null
}

export interface ReconciliationTable {
  id: string
  mchid: Mchid
  date: string
  status: Reconciliation['status']
  run: number
  problem: string | null
  counts: DayCounts | null
  balance: DayBalance | null
  foreign_fen: number
  requested_at_ms: Instant
  finished_at_ms: Instant | null
  version: number
}
