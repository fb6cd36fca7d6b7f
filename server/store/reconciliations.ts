import { sql } from 'kysely'
import type {
  Reconciliation,
  ReconciliationReads,
  ReconciliationWrites,
} from '../ports/tables/differences.ts'
import type { Handle } from './index.ts'
import type { ReconciliationTable } from './schema-bills.ts'

/** Statements on reconciliation: one row for each merchant and day. */
export function reconciliations(db: Handle): ReconciliationReads & ReconciliationWrites {
  return { ...reads(db), ...writes(db) }
}

function reads(db: Handle): ReconciliationReads {
  const all = () => db.selectFrom('reconciliation').selectAll()
  return {
    find: async (mchid, date) => {
      const query = all().where('mchid', '=', mchid).where('date', '=', date)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : reconciliation(row)
    },
    ofDate: async (date) =>
      (await all().where('date', '=', date).orderBy('mchid').execute()).map(reconciliation),
    page: async (before, limit) => {
      let query = all()
      if (before !== null) {
        const { date, mchid } = before
        query = query.where(sql<boolean>`(date, mchid) < (${date}::text, ${mchid}::text)`)
      }
      const page = query.orderBy('date', 'desc').orderBy('mchid', 'desc').limit(limit)
      return (await page.execute()).map(reconciliation)
    },
    lastDate: async (mchid) => {
      const last = await db
        .selectFrom('reconciliation')
        .select((e) => e.fn.max('date').as('date'))
        .where('mchid', '=', mchid)
        .executeTakeFirst()
      return last?.date ?? null
    },
    firstUnended: async (mchid, { before, since }) => {
      const row = await all()
        .where('mchid', '=', mchid)
        .where('date', '<', before)
        .where('status', '<>', 'reconciled')
        .where('requested_at_ms', '>', since)
        .orderBy('date')
        .limit(1)
        .executeTakeFirst()
      return row === undefined ? null : reconciliation(row)
    },
    openingDate: async (mchid) => {
      const first = await db
        .selectFrom('reconciliation')
        .select((e) => e.fn.min('date').as('date'))
        .where('mchid', '=', mchid)
        .where('balance', 'is not', null)
        .executeTakeFirst()
      return first?.date ?? null
    },
    foreignUntil: async (mchid, date) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(foreign_fen), 0)::bigint AS fen FROM reconciliation
        WHERE mchid = ${mchid} AND date <= ${date}`.execute(db)
      return rows[0]?.fen ?? 0
    },
  }
}

function writes(db: Handle): ReconciliationWrites {
  return {
    request: async (day) => await request(db, day),
    begin: async (id) => {
      const row = await db
        .updateTable('reconciliation')
        .set((e) => ({ run: e('run', '+', 1) }))
        .where('id', '=', id)
        .returning('run')
        .executeTakeFirst()
      return row?.run ?? 0
    },
    holds: async (id, run) => {
      const { rows } = await sql`
        SELECT 1 FROM reconciliation WHERE id = ${id} AND run = ${run} FOR UPDATE`.execute(db)
      return rows.length === 1
    },
    wait: async (id, { status, problem }) => {
      await db
        .updateTable('reconciliation')
        .set({ status, problem: problem.slice(0, 200), finished_at_ms: null })
        .where('id', '=', id)
        .where('status', '<>', 'reconciled')
        .execute()
    },
    setForeign: async (id, fen) => {
      const change = db.updateTable('reconciliation').set({ foreign_fen: fen })
      await change.where('id', '=', id).execute()
    },
    finish: async (id, { counts, balance }, at) => {
      const row = await db
        .updateTable('reconciliation')
        .set((e) => ({
          status: 'reconciled',
          problem: null,
          counts: JSON.stringify(counts) as never,
          balance: (balance === null ? null : JSON.stringify(balance)) as never,
          finished_at_ms: at,
          version: e('version', '+', 1),
        }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      return reconciliation(row)
    },
  }
}

async function request(db: Handle, day: Reconciliation): Promise<Reconciliation> {
  const { id, mchid, date, requestedAtMs } = day
  await db
    .insertInto('reconciliation')
    .values({
      id,
      mchid,
      date,
      status: 'waiting',
      run: 0,
      problem: null,
      counts: null,
      balance: null,
      foreign_fen: 0,
      requested_at_ms: requestedAtMs,
      finished_at_ms: null,
      version: 0,
    })
    .onConflict((c) => c.columns(['mchid', 'date']).doNothing())
    .execute()
  return (await reads(db).find(mchid, date)) ?? day
}

function reconciliation(row: ReconciliationTable): Reconciliation {
  return {
    id: row.id,
    mchid: row.mchid,
    date: row.date,
    status: row.status,
    run: row.run,
    problem: row.problem,
    counts: row.counts,
    balance: row.balance,
    foreignFen: row.foreign_fen,
    requestedAtMs: row.requested_at_ms,
    finishedAtMs: row.finished_at_ms,
    version: row.version,
  }
}
