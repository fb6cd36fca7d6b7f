import { type Expression, type SqlBool, sql } from 'kysely'
import { identityOf } from '../domain/reconcile/rows.ts'
import type { TradeRowReads, TradeRowWrites } from '../ports/tables/bill-rows.ts'
import { placesOf } from './bill-places.ts'
import type { Handle } from './index.ts'
import { tradeCases } from './trade-cases.ts'
import { tradeGaps } from './trade-gaps.ts'

/** Statements on trade_row. */
export function tradeRows(db: Handle): TradeRowReads & TradeRowWrites {
  return { ...reads(db), ...tradeGaps(db), ...writes(db) }
}

type Reads = Omit<TradeRowReads, 'unbooked' | 'missingEntries' | 'missingRefunds'>

function reads(db: Handle): Reads {
  return {
    countOf: async (billId) => {
      const { rows } = await sql<{ n: number }>`
        SELECT count(*) AS n FROM trade_row WHERE bill_id = ${billId}`.execute(db)
      return rows[0]?.n ?? 0
    },
    page: async (billId, afterLine, limit) => {
      const open: Expression<SqlBool> = sql`r.bill_id = ${billId} AND r.line > ${afterLine}
        AND (r.place = 'new' OR (r.place = 'different' AND d.status = 'open'))`
      return await tradeCases(db, open, limit)
    },
    caseOf: async (billId, line) => {
      const one: Expression<SqlBool> = sql`r.bill_id = ${billId} AND r.line = ${line}`
      return (await tradeCases(db, one, 1))[0] ?? null
    },
    isHeld: async (entryId, { billId, line }) => {
      const { rows } = await sql`
        SELECT 1 FROM trade_row WHERE entry_id = ${entryId}
          AND (bill_id, line) <> (${billId}::text, ${line}::bigint) LIMIT 1`.execute(db)
      return rows.length === 1
    },
    places: async (billId) => await placesOf(db, 'trade_row', billId),
  }
}

function writes(db: Handle): TradeRowWrites {
  return {
    insert: async (billId, rows) => {
      const given = rows.map(({ line, row }) => ({ line, identity: identityOf(row), ...row }))
      await sql`
        INSERT INTO trade_row (bill_id, line, mchid, identity, at_ms, appid, openid, transaction_id,
          out_trade_no, state, currency, total_fen, settled_fen, refund_id, out_refund_no,
          refund_fen, refund_settled_fen, refund_state, fee_fen, rate, place, booked)
        SELECT ${billId}::text, line, mchid, identity, "atMs", appid, openid, "transactionId",
          "outTradeNo", state, currency, "totalFen", "settledFen", "refundId", "outRefundNo",
          "refundFen", "refundSettledFen", "refundState", "feeFen", rate, 'new', false
        FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS g(line bigint, mchid text,
          identity text, "atMs" bigint, appid text, openid text, "transactionId" text,
          "outTradeNo" text, state text, currency text, "totalFen" bigint, "settledFen" bigint,
          "refundId" text, "outRefundNo" text, "refundFen" bigint, "refundSettledFen" bigint,
          "refundState" text, "feeFen" bigint, rate text)
        ORDER BY line`.execute(db)
    },
    clear: async (billId, limit) => {
      const { numAffectedRows = 0n } = await sql`
        DELETE FROM trade_row WHERE (bill_id, line) IN (
          SELECT bill_id, line FROM trade_row WHERE bill_id = ${billId}
          ORDER BY line LIMIT ${limit})`.execute(db)
      return Number(numAffectedRows)
    },
    match: async (billId, rows) => {
      if (rows.length === 0) return
      await sql`
        UPDATE trade_row t SET place = 'matched', subject = g.subject, entry_id = g."entryId",
          booked = g.booked
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(line bigint, subject text,
          "entryId" text, booked boolean)
        WHERE t.bill_id = ${billId} AND t.line = g.line AND t.place <> 'matched'`.execute(db)
    },
    foreign: async (billId, lines) => {
      if (lines.length === 0) return
      await sql`
        UPDATE trade_row SET place = 'foreign', booked = true
        WHERE bill_id = ${billId} AND line = ANY(${lines}::bigint[]) AND place = 'new'`.execute(db)
    },
    differ: async ({ billId, line }, { differenceId, subject, entryId, booked }) => {
      await sql`
        UPDATE trade_row SET place = 'different', difference_id = ${differenceId},
          subject = ${subject}, entry_id = ${entryId}, booked = ${booked}
        WHERE bill_id = ${billId} AND line = ${line} AND place <> 'matched'`.execute(db)
    },
    settle: async (rows) => {
      if (rows.length === 0) return
      await sql`
        UPDATE trade_row t SET booked = true, entry_id = coalesce(g."entryId", t.entry_id)
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g("billId" text, line bigint,
          "entryId" text)
        WHERE t.bill_id = g."billId" AND t.line = g.line`.execute(db)
    },
  }
}
