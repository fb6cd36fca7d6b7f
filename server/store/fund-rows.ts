import { sql } from 'kysely'
import { identityOfFund, movementOf } from '../domain/reconcile/rows.ts'
import type { FundRowReads, FundRowWrites } from '../ports/tables/bill-rows.ts'
import { placesOf } from './bill-places.ts'
import { fundCases } from './fund-cases.ts'
import { fundSums } from './fund-sums.ts'
import type { Handle } from './index.ts'

/** Statements on fund_row. */
export function fundRows(db: Handle): FundRowReads & FundRowWrites {
  return { ...reads(db), ...fundSums(db), ...writes(db) }
}

function reads(db: Handle): Pick<FundRowReads, 'countOf' | 'page' | 'places'> {
  return {
    countOf: async (billId) => {
      const { rows } = await sql<{ n: number }>`
        SELECT count(*) AS n FROM fund_row WHERE bill_id = ${billId}`.execute(db)
      return rows[0]?.n ?? 0
    },
    page: async (billId, afterLine, limit) => await fundCases(db, billId, afterLine, limit),
    places: async (billId) => await placesOf(db, 'fund_row', billId),
  }
}

function writes(db: Handle): FundRowWrites {
  return {
    insert: async (billId, mchid, rows) => {
      const given = rows.map(({ line, row }) => {
        const movement = movementOf(row)
        return { ...row, line, movement, identity: identityOfFund(movement, row) }
      })
      await sql`
        INSERT INTO fund_row (bill_id, line, mchid, flow_id, identity, movement, type, business_id,
          voucher, note, at_ms, amount_fen, balance_fen, place)
        SELECT ${billId}::text, line, ${mchid}::text, "flowId", identity, movement, type,
          "businessId", voucher, note, "atMs", "amountFen", "balanceFen", 'new'
        FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS g(line bigint, "flowId" text,
          identity text, movement text, type text, "businessId" text, voucher text, note text,
          "atMs" bigint, "amountFen" bigint, "balanceFen" bigint)
        ORDER BY line`.execute(db)
    },
    clear: async (billId, limit) => {
      const { numAffectedRows = 0n } = await sql`
        DELETE FROM fund_row WHERE (bill_id, line) IN (
          SELECT bill_id, line FROM fund_row WHERE bill_id = ${billId}
          ORDER BY line LIMIT ${limit})`.execute(db)
      return Number(numAffectedRows)
    },
    match: async (billId, rows) => {
      if (rows.length === 0) return
      await sql`
        UPDATE fund_row t SET place = 'matched', subject = g.subject
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(line bigint, subject text)
        WHERE t.bill_id = ${billId} AND t.line = g.line AND t.place <> 'matched'`.execute(db)
    },
    foreign: async (billId, lines) => {
      if (lines.length === 0) return
      await sql`
        UPDATE fund_row SET place = 'foreign'
        WHERE bill_id = ${billId} AND line = ANY(${lines}::bigint[])
          AND place IN ('new', 'different')`.execute(db)
    },
    differ: async ({ billId, line }, differenceId, subject) => {
      await sql`
        UPDATE fund_row SET place = 'different', difference_id = ${differenceId},
          subject = ${subject}
        WHERE bill_id = ${billId} AND line = ${line} AND place <> 'matched'`.execute(db)
    },
  }
}
