import type { Instant } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type { RefundStatus } from '../domain/refund.ts'
import type {
  MissingEntry,
  MissingFilter,
  MissingRefund,
  TradeRowReads,
} from '../ports/tables/bill-rows.ts'
import type { Handle } from './index.ts'

interface Unbooked {
  bill_id: string
  line: number
  fee_fen: number
  refund_fen: number
  refund_settled_fen: number
  id: string
  status: RefundStatus
  amount_fen: number
  refund_id: string | null
  external: boolean
  succeeded_at_ms: Instant | null
  entry_id: string | null
}

/** What the books have and no trade bill, and what a trade bill has and the books not yet. */
export function tradeGaps(
  db: Handle,
): Pick<TradeRowReads, 'unbooked' | 'missingEntries' | 'missingRefunds'> {
  return {
    unbooked: async (mchid, after, limit) => {
      const { rows } = await sql<Unbooked>`
        SELECT r.bill_id, r.line, r.fee_fen, r.refund_fen, r.refund_settled_fen, f.id, f.status,
          f.amount_fen, f.refund_id, f.external, f.succeeded_at_ms, e.id AS entry_id
        FROM trade_row r JOIN refund f ON r.subject = 'refund:' || f.id
        LEFT JOIN entry e ON e.subject = r.subject AND e.transition = 'succeeded'
        WHERE r.mchid = ${mchid} AND NOT r.booked AND r.place = 'matched'
          AND (r.bill_id, r.line) > (${after.billId}::text, ${after.line}::bigint)
          AND f.status IN ('succeeded', 'closed')
        ORDER BY r.bill_id, r.line LIMIT ${limit}`.execute(db)
      return rows.map((row) => ({
        billId: row.bill_id,
        line: row.line,
        feeFen: row.fee_fen,
        refundFen: row.refund_fen,
        refundSettledFen: row.refund_settled_fen,
        entryId: row.entry_id,
        refund: {
          id: row.id,
          status: row.status,
          amountFen: row.amount_fen,
          refundId: row.refund_id,
          external: row.external,
          transactionId: '',
          succeededAtMs: row.succeeded_at_ms,
        },
      }))
    },
    missingEntries: async (filter, window) => await missingEntries(db, filter, window),
    missingRefunds: async ({ mchid, bookedFrom, happenedFrom, happenedUntil, after }, limit) => {
      const { rows } = await sql<MissingRefund>`
        SELECT f.id, f.out_refund_no AS "outRefundNo", f.refund_id AS "refundId",
          f.amount_fen AS "amountFen", f.accepted_at_ms AS "acceptedAtMs", e.id AS "entryId"
        FROM refund f
        LEFT JOIN entry e ON e.subject = 'refund:' || f.id AND e.transition = 'succeeded'
        WHERE f.mchid = ${mchid} AND f.accepted_at_ms >= ${bookedFrom}
          AND f.accepted_at_ms >= ${happenedFrom} AND f.accepted_at_ms < ${happenedUntil}
          AND f.status IN ('accepted', 'abnormal', 'reapplied', 'succeeded')
          AND (f.accepted_at_ms, f.id) > (${after?.atMs ?? 0}::bigint, ${after?.id ?? ''}::text)
          AND NOT EXISTS (SELECT FROM trade_row r WHERE r.subject = 'refund:' || f.id)
          AND NOT EXISTS (SELECT FROM difference d
            WHERE d.mchid = f.mchid AND d.key = 'refund:' || f.id)
        ORDER BY f.accepted_at_ms, f.id LIMIT ${limit}`.execute(db)
      return rows
    },
  }
}

async function missingEntries(
  db: Handle,
  filter: MissingFilter,
  window: number,
): ReturnType<TradeRowReads['missingEntries']> {
  const { mchid, bookedFrom, happenedFrom, happenedUntil, after } = filter
  const { rows } = await sql<MissingEntry & { isMissing: boolean }>`
    WITH w AS MATERIALIZED (
      SELECT id, subject, transition, at_ms, happened_at_ms, mchid FROM entry
      WHERE at_ms >= ${bookedFrom}
        AND (at_ms, id) > (${after?.atMs ?? 0}::bigint, ${after?.id ?? ''}::text)
      ORDER BY at_ms, id LIMIT ${window}), found AS (
      SELECT w.*, p.amount_fen FROM w
      JOIN posting p ON p.entry_id = w.id AND p.account = 'wechat_receivable'
      WHERE w.mchid = ${mchid} AND w.happened_at_ms >= ${happenedFrom}
        AND w.happened_at_ms < ${happenedUntil}
        AND (w.transition = 'paid' OR w.transition LIKE 'suspense:%')
        AND NOT EXISTS (SELECT FROM trade_row r WHERE r.entry_id = w.id)
        AND NOT EXISTS (SELECT FROM difference d WHERE d.entry_id = w.id))
    SELECT e.id AS "entryId", e.subject, e.amount_fen AS "amountFen",
      e.happened_at_ms AS "happenedAtMs", e.at_ms AS "bookedAtMs",
      y.out_trade_no AS "outTradeNo",
      coalesce(y.transaction_id, substr(e.subject, 13)) AS "transactionId", true AS "isMissing"
    FROM found e LEFT JOIN payment y ON e.subject = 'payment:' || y.id
    UNION ALL (SELECT id, subject, 0, happened_at_ms, at_ms, NULL, NULL, false FROM w
      WHERE (SELECT count(*) FROM w) = ${window} ORDER BY at_ms DESC, id DESC LIMIT 1)
    ORDER BY "isMissing", "bookedAtMs", "entryId"`.execute(db)
  const last = rows.find(({ isMissing }) => !isMissing)
  const next = last === undefined ? null : { atMs: last.bookedAtMs, id: last.entryId }
  return { found: rows.filter(({ isMissing }) => isMissing), next }
}
