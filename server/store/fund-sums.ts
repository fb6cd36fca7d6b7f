import { afterMs } from '@minitill/protocol/model'
import { sql } from 'kysely'
import { judgedUntil, midnightMs } from '../domain/reconcile/bill-day.ts'
import type { FundRowReads, MissingFund } from '../ports/tables/bill-rows.ts'
import type { Handle } from './index.ts'

type Sums = Pick<FundRowReads, 'missing' | 'foreignOf' | 'underWay' | 'leftBefore' | 'carried'>

/** What a day's money adds up to, and what of it is not there. */
export function fundSums(db: Handle): Sums {
  return {
    missing: async ({ mchid, day }, after, limit) => {
      const before = afterMs(day.beginMs, -1)
      const { rows } = await sql<MissingFund>`
        SELECT r.bill_id AS "billId", r.line, m.movement, r.identity, r.subject,
          m.fen AS "amountFen", r.out_trade_no AS "outTradeNo"
        FROM trade_row r JOIN bill b ON b.id = r.bill_id
        CROSS JOIN LATERAL (VALUES
          ('payment', CASE WHEN r.state = 'SUCCESS' THEN r.settled_fen ELSE 0 END),
          ('fee', CASE WHEN r.state = 'SUCCESS' THEN 0 - r.fee_fen ELSE 0 END),
          ('refund', CASE WHEN r.refund_state = 'SUCCESS' OR r.entry_id IS NOT NULL
            AND r.state = 'REFUND' THEN 0 - r.refund_settled_fen - r.fee_fen ELSE 0 END)
        ) AS m(movement, fen)
        WHERE r.mchid = ${mchid} AND b.status = 'accepted' AND r.subject IS NOT NULL AND m.fen <> 0
          AND ((b.date = ${day.date} AND (r.state = 'REFUND' OR r.at_ms < ${judgedUntil(day)}))
            OR (r.state = 'SUCCESS' AND r.at_ms >= ${afterMs(day.beginMs, -midnightMs)}
              AND r.at_ms <= ${before} AND b.date < ${day.date}))
          AND b.date >= to_char(to_date(${day.date}, 'YYYY-MM-DD') - 1, 'YYYY-MM-DD')
          AND (r.bill_id, r.line) > (${after.billId}::text, ${after.line}::bigint)
          AND NOT EXISTS (SELECT FROM fund_row f WHERE f.mchid = r.mchid
            AND f.identity = r.identity AND f.movement = m.movement AND f.place <> 'new')
          AND NOT EXISTS (SELECT FROM difference d WHERE d.mchid = r.mchid
            AND d.key = 'funds:' || m.movement || ':' || r.identity)
        ORDER BY r.bill_id, r.line, m.movement LIMIT ${limit}`.execute(db)
      return rows
    },
    foreignOf: async (billId) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(amount_fen), 0)::bigint AS fen FROM fund_row
        WHERE bill_id = ${billId} AND place = 'foreign'`.execute(db)
      return rows[0]?.fen ?? 0
    },
    underWay: async (mchid, day) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(r.amount_fen), 0)::bigint AS fen
        FROM refund f JOIN fund_row r ON r.mchid = f.mchid AND r.identity = 'r:' || f.refund_id
          AND r.movement IN ('refund', 'refund_back') AND r.subject = 'refund:' || f.id
        JOIN bill b ON b.id = r.bill_id AND b.status = 'accepted' AND b.date <= ${day.date}
        WHERE f.mchid = ${mchid}
          AND (f.succeeded_at_ms IS NULL OR f.succeeded_at_ms >= ${day.endMs})`.execute(db)
      // Those that had left before the opening are in no bill that we have.
      const early = await sql<{ fen: number }>`
        SELECT coalesce(sum(f.amount_fen), 0)::bigint AS fen FROM refund f
        JOIN entry e ON e.subject = 'merchant:' || f.mchid AND e.transition = 'opening'
          AND f.accepted_at_ms <= e.happened_at_ms
        WHERE f.mchid = ${mchid} AND f.status IN ('accepted', 'abnormal', 'reapplied', 'succeeded')
          AND (f.succeeded_at_ms IS NULL OR f.succeeded_at_ms >= ${day.endMs})`.execute(db)
      return (rows[0]?.fen ?? 0) - (early.rows[0]?.fen ?? 0)
    },
    leftBefore: async (mchid, day) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(amount_fen), 0)::bigint AS fen FROM refund
        WHERE mchid = ${mchid} AND accepted_at_ms < ${day.beginMs}
          AND status IN ('accepted', 'abnormal', 'reapplied', 'succeeded')
          AND (succeeded_at_ms IS NULL OR succeeded_at_ms >= ${day.beginMs})`.execute(db)
      return rows[0]?.fen ?? 0
    },
    carried: async (mchid, day) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(CASE WHEN e.happened_at_ms < ${day.endMs} THEN 0 - p.amount_fen
          ELSE p.amount_fen END), 0)::bigint AS fen
        FROM entry e JOIN posting p ON p.entry_id = e.id AND p.account = 'wechat_receivable'
        WHERE e.mchid = ${mchid} AND e.happened_at_ms >= ${judgedUntil(day)}
          AND e.happened_at_ms < ${afterMs(day.endMs, midnightMs)}
          AND (e.subject LIKE 'payment:%' OR e.subject LIKE 'transaction:%')
          AND (e.happened_at_ms < ${day.endMs}) <> EXISTS (
            SELECT FROM fund_row r JOIN bill b ON b.id = r.bill_id
            WHERE r.subject = e.subject AND r.place <> 'new' AND b.date <= ${day.date}
              AND r.movement = CASE e.transition WHEN 'fee' THEN 'fee' ELSE 'payment' END)
          AND NOT EXISTS (SELECT FROM difference d WHERE d.entry_id = e.id
            AND d.date <= ${day.date} AND d.status <> 'healed')`.execute(db)
      return rows[0]?.fen ?? 0
    },
  }
}
