import { afterMs } from '@minitill/protocol/model'
import { sql } from 'kysely'
import { judgedUntil, midnightMs } from '../domain/reconcile/bill-day.ts'
import type { FundRowReads } from '../ports/tables/bill-rows.ts'
import { missingFunds } from './fund-gaps.ts'
import type { Handle } from './index.ts'

type Sums = Pick<FundRowReads, 'missing' | 'foreignOf' | 'underWay' | 'leftBefore' | 'carried'>

/** What a day's money adds up to, and what of it is not there. */
export function fundSums(db: Handle): Sums {
  return {
    missing: async (bills, after, window) => await missingFunds(db, bills, after, window),
    foreignOf: async (billId) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(amount_fen), 0)::bigint AS fen FROM fund_row
        WHERE bill_id = ${billId} AND place = 'foreign'`.execute(db)
      return rows[0]?.fen ?? 0
    },
    underWay: async (mchid, day, openedAt) => {
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
        WHERE f.accepted_at_ms < ${openedAt} AND f.mchid = ${mchid} AND f.status IN ('accepted', 'abnormal', 'reapplied', 'succeeded')
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
