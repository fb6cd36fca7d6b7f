import { sql } from 'kysely'
import type { FundCase, KnownTrade, Place } from '../domain/reconcile/rows.ts'
import type { Handle } from './index.ts'
import type { FundRowTable } from './schema-bills.ts'
import { bookedOf } from './trade-cases.ts'

type Joined = FundRowTable & {
  trade_place: Place | null
  trade_subject: string | null
  trade_entry: string | null
  trade_refund_settled_fen: number | null
  trade_fee_fen: number | null
  is_seen: boolean
}

/**
 * Rows of a fund-flow bill that are not judged, or in an open difference, by line, each with the
 * trade row whose money it is. Of several trade rows of one identity the matched one counts.
 */
export async function fundCases(
  db: Handle,
  billId: string,
  afterLine: number,
  limit: number,
): Promise<readonly FundCase[]> {
  const { rows } = await sql<Joined>`
    SELECT r.*, t.place AS trade_place, t.subject AS trade_subject, t.entry_id AS trade_entry,
      t.refund_settled_fen AS trade_refund_settled_fen, t.fee_fen AS trade_fee_fen,
      EXISTS (SELECT FROM fund_row o WHERE o.mchid = r.mchid AND o.flow_id = r.flow_id
        AND o.movement = r.movement AND o.place IN ('matched', 'foreign')
        AND (o.bill_id, o.line) <> (r.bill_id, r.line)) AS is_seen
    FROM fund_row r
    LEFT JOIN difference d ON d.id = r.difference_id
    LEFT JOIN LATERAL (
      SELECT t.place, t.subject, t.entry_id, t.refund_settled_fen, t.fee_fen FROM trade_row t
      WHERE t.mchid = r.mchid AND t.identity = r.identity AND t.place <> 'new'
      ORDER BY t.place = 'matched' DESC, t.subject IS NOT NULL DESC, t.bill_id, t.line LIMIT 1
    ) t ON true
    WHERE r.bill_id = ${billId} AND r.line > ${afterLine}
      AND (r.place = 'new' OR (r.place = 'different' AND d.status = 'open'))
    ORDER BY r.line LIMIT ${limit}`.execute(db)
  const subjects = rows.flatMap(({ trade_subject }) => trade_subject ?? [])
  const booked = await bookedOf(db, subjects)
  return rows.map((row) => ({
    row: fundRow(row),
    trade: tradeOf(row),
    booked: booked.get(row.trade_subject ?? '') ?? [],
    isSeen: row.is_seen,
  }))
}

function fundRow(row: FundRowTable): FundCase['row'] {
  return {
    billId: row.bill_id,
    line: row.line,
    movement: row.movement,
    identity: row.identity,
    place: row.place,
    atMs: row.at_ms,
    businessId: row.business_id,
    flowId: row.flow_id,
    type: row.type,
    amountFen: row.amount_fen,
    balanceFen: row.balance_fen,
    note: row.note,
    voucher: row.voucher,
  }
}

function tradeOf(row: Joined): KnownTrade | null {
  if (row.trade_place === null) return null
  return {
    place: row.trade_place,
    subject: row.trade_subject,
    entryId: row.trade_entry,
    refundSettledFen: row.trade_refund_settled_fen ?? 0,
    feeFen: row.trade_fee_fen ?? 0,
  }
}
