import { afterMs } from '@minitill/protocol/model'
import { sql } from 'kysely'
import { daysLater, judgedUntil, midnightMs } from '../domain/reconcile/bill-day.ts'
import type { BillLine, FundRowReads, Looked, MissingFund } from '../ports/tables/bill-rows.ts'
import type { Handle } from './index.ts'

/** Trade rows of a day whose money no fund-flow bill has, among the next so many of its rows. */
export async function missingFunds(
  db: Handle,
  { mchid, day }: Parameters<FundRowReads['missing']>[0],
  after: BillLine,
  window: number,
): Promise<Looked<MissingFund, BillLine>> {
  const before = daysLater(day, -1)
  const { rows } = await sql<MissingFund & { isMissing: boolean }>`
    WITH w AS MATERIALIZED (
      SELECT r.* FROM trade_row r JOIN bill b ON b.id = r.bill_id
      WHERE b.mchid = ${mchid} AND b.kind = 'trade' AND b.status = 'accepted'
        AND (b.date = ${day.date} OR (b.date = ${before.date} AND r.state = 'SUCCESS'
          AND r.at_ms >= ${afterMs(day.beginMs, -midnightMs)}))
        AND (r.bill_id, r.line) > (${after.billId}::text, ${after.line}::bigint)
      ORDER BY r.bill_id, r.line LIMIT ${window}), found AS (
      SELECT r.bill_id, r.line, m.movement, r.identity, r.subject, m.fen, r.out_trade_no FROM w r
      CROSS JOIN LATERAL (VALUES
        ('payment', CASE WHEN r.state = 'SUCCESS' THEN r.settled_fen ELSE 0 END),
        ('fee', CASE WHEN r.state = 'SUCCESS' THEN 0 - r.fee_fen ELSE 0 END),
        ('refund', CASE WHEN r.state = 'REFUND'
          AND (r.refund_state = 'SUCCESS' OR r.entry_id IS NOT NULL)
          THEN 0 - r.refund_settled_fen - r.fee_fen ELSE 0 END)) AS m(movement, fen)
      WHERE r.subject IS NOT NULL AND m.fen <> 0
        AND (r.state = 'REFUND' OR r.at_ms < ${judgedUntil(day)})
        AND NOT EXISTS (SELECT FROM fund_row f WHERE f.mchid = r.mchid
          AND f.identity = r.identity AND f.movement = m.movement AND f.place <> 'new')
        AND NOT EXISTS (SELECT FROM difference d WHERE d.mchid = r.mchid
          AND d.key = 'funds:' || m.movement || ':' || r.identity))
    SELECT bill_id AS "billId", line, movement, identity, subject, fen AS "amountFen",
      out_trade_no AS "outTradeNo", true AS "isMissing" FROM found
    UNION ALL (SELECT bill_id, line, '', identity, subject, 0, '', false FROM w
      WHERE (SELECT count(*) FROM w) = ${window} ORDER BY bill_id DESC, line DESC LIMIT 1)
    ORDER BY "isMissing", "billId", line, movement`.execute(db)
  const last = rows.find(({ isMissing }) => !isMissing)
  const next = last === undefined ? null : { billId: last.billId, line: last.line }
  return { found: rows.filter(({ isMissing }) => isMissing), next }
}
