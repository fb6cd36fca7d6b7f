import { sql } from 'kysely'
import type { Bill, BillReads, BillWrites } from '../ports/tables/bills.ts'
import type { Handle } from './index.ts'
import type { BillTable } from './schema-bills.ts'

/** Statements on bill. */
export function bills(db: Handle): BillReads & BillWrites {
  return { ...reads(db), ...days(db), ...writes(db), ...ends(db) }
}

type Days = 'firstDate' | 'closingBefore' | 'firstMoneyAt' | 'hasMoney'

function reads(db: Handle): Omit<BillReads, Days> {
  const all = () => db.selectFrom('bill').selectAll()
  return {
    byId: async (billId) => one(await all().where('id', '=', billId).executeTakeFirst()),
    find: async ({ mchid, kind, account, date }) =>
      one(
        await all()
          .where('mchid', '=', mchid)
          .where('kind', '=', kind)
          .where('account', '=', account)
          .where('date', '=', date)
          .executeTakeFirst(),
      ),
    ofDay: async (mchid, date) => {
      const query = all().where('mchid', '=', mchid).where('date', '=', date)
      return (await query.orderBy('kind', 'desc').orderBy('account').execute()).map(bill)
    },
  }
}

/** What the bills of a merchant's days say together. */
function days(db: Handle): Pick<BillReads, Days> {
  return {
    firstDate: async (mchid) => {
      const first = await db
        .selectFrom('bill')
        .select((e) => e.fn.min('date').as('date'))
        .where('mchid', '=', mchid)
        .where('kind', '=', 'trade')
        .where('status', 'in', ['accepted', 'empty'])
        .executeTakeFirst()
      return first?.date ?? null
    },
    closingBefore: async (mchid, date) => {
      const last = await db
        .selectFrom('bill')
        .select('closing_fen')
        .where('mchid', '=', mchid)
        .where('kind', '=', 'fundflow')
        .where('account', '=', 'BASIC')
        .where('closing_fen', 'is not', null)
        .where('date', '<', date)
        .orderBy('date', 'desc')
        .limit(1)
        .executeTakeFirst()
      return last?.closing_fen ?? null
    },
    firstMoneyAt: async (mchid) => {
      const first = await db
        .selectFrom('entry')
        .select((e) => e.fn.min('happened_at_ms').as('at'))
        .where('mchid', '=', mchid)
        .executeTakeFirst()
      return first?.at ?? null
    },
    hasMoney: async (mchid, day) => {
      const found = await db
        .selectFrom('entry')
        .innerJoin('posting', 'posting.entry_id', 'entry.id')
        .select('entry.id')
        .where('posting.account', '=', 'wechat_receivable')
        .where('entry.mchid', '=', mchid)
        .where('entry.happened_at_ms', '>=', day.beginMs)
        .where('entry.happened_at_ms', '<', day.endMs)
        .limit(1)
        .executeTakeFirst()
      return found !== undefined
    },
  }
}

type Ends = 'holds' | 'accept' | 'acceptEmpty'

function writes(db: Handle): Omit<BillWrites, Ends> {
  return {
    want: async (b) => {
      await db
        .insertInto('bill')
        .values({
          id: b.id,
          mchid: b.mchid,
          kind: b.kind,
          account: b.account,
          date: b.date,
          status: 'wanted',
          attempt: 0,
          tries: 0,
          problem: null,
          hash: null,
          row_count: null,
          sums: null,
          opening_fen: null,
          closing_fen: null,
          created_at_ms: b.createdAtMs,
          ended_at_ms: null,
        })
        .onConflict((c) => c.columns(['mchid', 'kind', 'account', 'date']).doNothing())
        .execute()
      return (await reads(db).find(b)) ?? b
    },
    note: async (billId, { status, problem }) => {
      const row = await db
        .updateTable('bill')
        .set((e) => ({ status, problem: problem.slice(0, 200), tries: e('tries', '+', 1) }))
        .set({ ended_at_ms: null })
        .where('id', '=', billId)
        .where('status', '<>', 'accepted')
        .returning('tries')
        .executeTakeFirst()
      return row?.tries ?? 0
    },
    begin: async (billId) => {
      const row = await db
        .updateTable('bill')
        .set((e) => ({ status: 'importing', attempt: e('attempt', '+', 1), ended_at_ms: null }))
        .where('id', '=', billId)
        .where('status', '<>', 'accepted')
        .returning('attempt')
        .executeTakeFirst()
      return row?.attempt ?? null
    },
  }
}

/** How an import ends. */
function ends(db: Handle): Pick<BillWrites, Ends> {
  return {
    holds: async (billId, attempt) => {
      const { rows } = await sql`
        SELECT 1 FROM bill WHERE id = ${billId} AND attempt = ${attempt} AND status = 'importing'
        FOR UPDATE`.execute(db)
      return rows.length === 1
    },
    accept: async (billId, { hash, rowCount, sums, ends }, at) => {
      await db
        .updateTable('bill')
        .set({
          status: 'accepted',
          problem: null,
          hash,
          row_count: rowCount,
          sums: JSON.stringify(sums),
          opening_fen: ends?.openingFen ?? null,
          closing_fen: ends?.closingFen ?? null,
          ended_at_ms: at,
        })
        .where('id', '=', billId)
        .execute()
    },
    acceptEmpty: async (billId, at) => {
      const result = await db
        .updateTable('bill')
        .set({ status: 'empty', problem: null, ended_at_ms: at })
        .where('id', '=', billId)
        .where('status', 'in', ['wanted', 'refused', 'empty'])
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
  }
}

const one = (row: BillTable | undefined): Bill | null => (row === undefined ? null : bill(row))

function bill(row: BillTable): Bill {
  const { id, mchid, kind, account, date, status, attempt, tries, problem, hash } = row
  return {
    id,
    mchid,
    kind,
    account,
    date,
    status,
    attempt,
    tries,
    problem,
    hash,
    rowCount: row.row_count,
    openingFen: row.opening_fen,
    closingFen: row.closing_fen,
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}
