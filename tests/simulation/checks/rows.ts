// The rows of one order, read in one statement.
import type { SyncPostgres } from '../engine/pglite.ts'

export interface OrderRow {
  readonly id: string
  readonly account_id: string
  readonly status: 'unpaid' | 'paid' | 'closed'
  readonly total_fen: number
  readonly refunded_total_fen: number
  readonly shipping_status: string
  readonly version: number
}

export interface PaymentRow {
  readonly id: string
  readonly status: string
  readonly appid: string
  readonly mchid: string
  readonly openid: string
  readonly out_trade_no: string
  readonly amount_fen: number
  readonly request_body: string
  readonly prepay_id: string | null
  readonly transaction_id: string | null
}

export interface ReceiptRow {
  readonly id: string
  readonly origin: 'sale' | 'suspense'
  readonly total_fen: number
  readonly reserved_fen: number
}

export interface RefundRow {
  readonly id: string
  readonly receipt_id: string
  readonly out_refund_no: string
  readonly refund_id: string | null
  readonly external: boolean
  readonly amount_fen: number
  readonly status: string
}

export interface EventRow {
  readonly type: string
  readonly version: number
  readonly payload: Readonly<Record<string, unknown>>
}

export interface EntryRow {
  readonly subject: string
  readonly transition: string
  /** Of all postings: zero. */
  readonly sum: number
  /** What moved: the debit side. */
  readonly moved: number
}

export interface OrderRows {
  readonly order: OrderRow
  readonly items: readonly { readonly amount_fen: number }[]
  readonly payments: readonly PaymentRow[]
  readonly receipts: readonly ReceiptRow[]
  readonly refunds: readonly RefundRow[]
  readonly events: readonly EventRow[]
  readonly entries: readonly EntryRow[]
}

const rowsSql = `
  SELECT to_json(o) AS "order",
    (SELECT json_agg(i ORDER BY line) FROM order_item i WHERE i.order_id = o.id) AS items,
    (SELECT json_agg(p ORDER BY attempt) FROM payment p WHERE p.order_id = o.id) AS payments,
    (SELECT json_agg(r ORDER BY id) FROM receipt r WHERE r.order_id = o.id) AS receipts,
    (SELECT json_agg(f ORDER BY created_at_ms, id) FROM refund f WHERE f.order_id = o.id)
      AS refunds,
    (SELECT json_agg(e ORDER BY version, id) FROM event e WHERE e.subject = ANY(
      ARRAY(SELECT 'refund:' || f.id FROM refund f WHERE f.order_id = o.id) || ('order:' || o.id)
      )) AS events,
    (SELECT json_agg(json_build_object('subject', n.subject, 'transition', n.transition,
        'sum', (SELECT sum(amount_fen) FROM posting q WHERE q.entry_id = n.id),
        'moved', (SELECT sum(amount_fen) FROM posting q WHERE q.entry_id = n.id AND amount_fen > 0))
        ORDER BY n.subject, n.transition)
      FROM entry n WHERE n.subject = ANY(
        ARRAY(SELECT 'payment:' || p.id FROM payment p WHERE p.order_id = o.id)
        || ARRAY(SELECT 'refund:' || f.id FROM refund f WHERE f.order_id = o.id))) AS entries
  FROM customer_order o WHERE o.id = $1`

export function readOrderRows(postgres: SyncPostgres, orderId: string): OrderRows | null {
  const row = postgres.query(rowsSql, [orderId]).rows[0]
  if (row === undefined) return null
  const filled = Object.entries(row).map(([name, value]) => [name, value ?? []])
  return Object.fromEntries(filled) as OrderRows
}

const ordersSql = `
  SELECT id FROM customer_order WHERE id = ANY($1)
  UNION SELECT order_id FROM payment WHERE id = ANY($1)
  UNION SELECT order_id FROM receipt WHERE id = ANY($1) AND order_id IS NOT NULL
  UNION SELECT order_id FROM refund WHERE id = ANY($1) AND order_id IS NOT NULL
  ORDER BY 1`

/** The orders that rows with these ids belong to. */
export function ordersOf(postgres: SyncPostgres, ids: readonly string[]): readonly string[] {
  return postgres.query(ordersSql, [ids]).rows.map(({ id }) => String(id))
}

export function allOrders(postgres: SyncPostgres): readonly string[] {
  const { rows } = postgres.query('SELECT id FROM customer_order ORDER BY id')
  return rows.map(({ id }) => String(id))
}
