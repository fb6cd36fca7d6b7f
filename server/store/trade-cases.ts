import type { Instant } from '@minitill/protocol/model'
import { type Expression, type SqlBool, sql } from 'kysely'
import type { PaymentStatus } from '../domain/payment.ts'
import type { Booked, KnownPayment, KnownRefundRow, TradeCase } from '../domain/reconcile/rows.ts'
import type { RefundStatus } from '../domain/refund.ts'
import type { Handle } from './index.ts'
import type { TradeRowTable } from './schema-bills.ts'

type Joined = TradeRowTable & {
  payment_id: string | null
  payment_status: PaymentStatus | null
  payment_fen: number | null
  payment_transaction: string | null
  known_refund: string | null
  known_refund_status: RefundStatus | null
  known_refund_fen: number | null
  known_refund_id: string | null
  known_refund_external: boolean | null
  known_refund_transaction: string | null
  known_refund_at: Instant | null
}

/** Rows of trade bills by line, each with the payment and refund that it names and what is booked. */
export async function tradeCases(
  db: Handle,
  where: Expression<SqlBool>,
  limit: number,
): Promise<readonly TradeCase[]> {
  const { rows } = await sql<Joined>`
    SELECT r.*, p.id AS payment_id, p.status AS payment_status, p.amount_fen AS payment_fen,
      p.transaction_id AS payment_transaction, f.id AS known_refund,
      f.status AS known_refund_status, f.amount_fen AS known_refund_fen,
      f.refund_id AS known_refund_id, f.external AS known_refund_external,
      c.transaction_id AS known_refund_transaction, f.succeeded_at_ms AS known_refund_at
    FROM trade_row r
    LEFT JOIN difference d ON d.id = r.difference_id
    LEFT JOIN payment p ON p.mchid = r.mchid AND p.out_trade_no = r.out_trade_no
    LEFT JOIN refund f ON f.mchid = r.mchid AND f.out_refund_no = r.out_refund_no
    LEFT JOIN receipt c ON c.id = f.receipt_id
    WHERE ${where} ORDER BY r.line LIMIT ${limit}`.execute(db)
  const booked = await bookedOf(db, rows.flatMap(subjectsOf))
  const seen = await seenOf(db, rows)
  return rows.map((row) => ({
    row: tradeRow(row),
    payment: paymentOf(row),
    refund: refundOf(row),
    booked: subjectsOf(row).flatMap((subject) => booked.get(subject) ?? []),
    isSeen: seen.has(row.identity),
  }))
}

function subjectsOf(row: Joined): readonly string[] {
  if (row.state === 'REFUND') return row.known_refund ? [`refund:${row.known_refund}`] : []
  const suspense = `transaction:${row.transaction_id}`
  return row.payment_id === null ? [suspense] : [`payment:${row.payment_id}`, suspense]
}

/** What the books have under these subjects that changes WeChat's debt to us; by time of booking. */
export async function bookedOf(
  db: Handle,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, readonly Booked[]>> {
  const found = new Map<string, Booked[]>()
  if (subjects.length === 0) return found
  const { rows } = await sql<Booked>`
    SELECT e.id AS "entryId", e.subject, e.transition, sum(p.amount_fen)::bigint AS "amountFen"
    FROM entry e JOIN posting p ON p.entry_id = e.id AND p.account = 'wechat_receivable'
    WHERE e.subject = ANY(${[...new Set(subjects)]}::text[])
    GROUP BY e.id ORDER BY e.subject, e.at_ms, e.id`.execute(db)
  for (const row of rows) found.set(row.subject, [...(found.get(row.subject) ?? []), row])
  return found
}

/** Identities of which another row is matched already. */
async function seenOf(db: Handle, rows: readonly Joined[]): Promise<ReadonlySet<string>> {
  const mchid = rows[0]?.mchid
  if (mchid === undefined) return new Set()
  const identities = rows.map(({ identity }) => identity)
  const seen = await sql<{ identity: string; bill_id: string; line: number }>`
    SELECT identity, bill_id, line FROM trade_row
    WHERE mchid = ${mchid} AND place = 'matched' AND identity = ANY(${identities}::text[])
    ORDER BY identity`.execute(db)
  const own = new Set(rows.map(({ bill_id, line }) => `${bill_id} ${line}`))
  return new Set(
    seen.rows.flatMap(({ identity, bill_id, line }) =>
      own.has(`${bill_id} ${line}`) ? [] : [identity],
    ),
  )
}

export function tradeRow(row: TradeRowTable): TradeCase['row'] {
  return {
    billId: row.bill_id,
    line: row.line,
    identity: row.identity,
    place: row.place,
    atMs: row.at_ms,
    appid: row.appid,
    mchid: row.mchid,
    openid: row.openid,
    transactionId: row.transaction_id,
    outTradeNo: row.out_trade_no,
    state: row.state,
    currency: row.currency,
    totalFen: row.total_fen,
    settledFen: row.settled_fen,
    refundId: row.refund_id,
    outRefundNo: row.out_refund_no,
    refundFen: row.refund_fen,
    refundSettledFen: row.refund_settled_fen,
    refundState: row.refund_state,
    feeFen: row.fee_fen,
    rate: row.rate,
  }
}

function paymentOf(row: Joined): KnownPayment | null {
  const { payment_id: id, payment_status: status, payment_fen: amountFen } = row
  if (id === null || status === null || amountFen === null) return null
  return { id, status, amountFen, transactionId: row.payment_transaction }
}

function refundOf(row: Joined): KnownRefundRow | null {
  const { known_refund: id, known_refund_status: status, known_refund_fen: amountFen } = row
  if (id === null || status === null || amountFen === null) return null
  return {
    id,
    status,
    amountFen,
    refundId: row.known_refund_id,
    external: row.known_refund_external ?? false,
    transactionId: row.known_refund_transaction ?? '',
    succeededAtMs: row.known_refund_at,
  }
}
