// The rows of one order, read in one statement.
import type { Change } from '../engine/gate.ts'
import type { SyncPostgres } from '../engine/pglite.ts'
import { ofText } from '../engine/statements.ts'

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
  /** WeChat's code when it refused. */
  readonly problem: string | null
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

const ordersSql = `
  SELECT id, order_id FROM payment WHERE id = ANY($1)
  UNION ALL SELECT id, order_id FROM receipt WHERE id = ANY($1) AND order_id IS NOT NULL
  UNION ALL SELECT id, order_id FROM refund WHERE id = ANY($1) AND order_id IS NOT NULL`

const ours = /^(ord|pay|rcp|rfd)_[0-9a-z]{26}$/
const oursInside = /(ord|pay|rcp|rfd)_[0-9a-z]{26}/g

const read = 'customer_order|order_item|payment|receipt|refund|event|entry|posting'
const write = new RegExp(`\\b(into|update|delete from)\\s+"?(${read})\\b`, 'i')

/** Whether a statement may change what is read of an order: a lock alone changes nothing. */
const writesOrders = ofText((sql) => write.test(sql))

/**
 * Which orders were touched, and their rows as they are now. They are read anew once something was
 * written that names the order, or that names none at all; a lock alone leaves them as they were,
 * and they are still compared with what WeChat has by then.
 */
export class OrderReader {
  readonly #postgres: SyncPostgres
  readonly #rows = new Map<string, OrderRows>()
  /** Payments, receipts and refunds never change their order. */
  readonly #orders = new Map<string, string>()
  #touched = new Set<string>()
  #written = new Set<string>()

  constructor(postgres: SyncPostgres) {
    this.#postgres = postgres
  }

  /** A transaction was committed. */
  committed(changes: readonly Change[]): void {
    for (const { values } of changes) {
      for (const value of values) {
        if (typeof value === 'string' && ours.test(value)) this.#touched.add(value)
      }
    }
    if (!changes.some(({ sql }) => writesOrders(sql))) return
    const named = changes.flatMap(({ values }) => values.flat().flatMap(idsInside))
    for (const id of named) this.#written.add(id)
    if (named.length === 0) this.#rows.clear()
  }

  /** The orders that were touched since the last time, in the order of their ids. */
  takeTouched(): readonly string[] {
    if (this.#touched.size === 0) return []
    this.#learn([...this.#touched, ...this.#written])
    for (const id of this.#written) this.#rows.delete(this.#orders.get(id) ?? id)
    const touched = [...this.#touched].flatMap((id) => this.#orders.get(id) ?? orderIn(id))
    this.#touched = new Set()
    this.#written = new Set()
    return [...new Set(touched)].sort()
  }

  /** From here on everything is read anew. */
  forget(): void {
    this.#rows.clear()
  }

  read(orderId: string): OrderRows | null {
    const kept = this.#rows.get(orderId)
    if (kept !== undefined) return kept
    const row = this.#postgres.query(rowsSql, [orderId]).rows[0]
    if (row === undefined) return null
    const filled = Object.entries(row).map(([name, value]) => [name, value ?? []])
    const rows = Object.fromEntries(filled) as OrderRows
    this.#rows.set(orderId, rows)
    for (const { id } of [...rows.payments, ...rows.receipts, ...rows.refunds]) {
      this.#orders.set(id, orderId)
    }
    return rows
  }

  /** Asks of which order those are that nobody has told yet. */
  #learn(ids: readonly string[]): void {
    const unknown = ids.filter((id) => !id.startsWith('ord_') && !this.#orders.has(id))
    if (unknown.length === 0) return
    for (const { id, order_id } of this.#postgres.query(ordersSql, [unknown]).rows) {
      this.#orders.set(String(id), String(order_id))
    }
  }
}

function idsInside(value: unknown): readonly string[] {
  return typeof value === 'string' ? (value.match(oursInside) ?? []) : []
}

const orderIn = (id: string) => (id.startsWith('ord_') ? [id] : [])

export function allOrders(postgres: SyncPostgres): readonly string[] {
  const { rows } = postgres.query('SELECT id FROM customer_order ORDER BY id')
  return rows.map(({ id }) => String(id))
}
