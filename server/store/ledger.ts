import { type ExpressionBuilder, sql } from 'kysely'
import { balances, type Entry, type LedgerAccount, type Posting } from '../domain/ledger.ts'
import type { LedgerReads, LedgerWrites } from '../ports/tables/ledger.ts'
import type { Handle } from './index.ts'
import { appendAll } from './ledger-append-all.ts'
import type { Schema } from './schema.ts'
import type { EntryTable } from './schema-ledger.ts'

/** Statements on entry and posting, which only ever grow. */
export function ledger(db: Handle): LedgerReads & LedgerWrites {
  return {
    ...reads(db),
    append: async (entry) => await append(db, entry),
    appendAll: async (entries) => await appendAll(db, entries),
  }
}

function reads(db: Handle): LedgerReads {
  return {
    ofSubject: async (subject) => {
      const query = db.selectFrom('entry').selectAll().where('subject', '=', subject)
      return await withPostings(db, await query.orderBy('at_ms').orderBy('id').execute())
    },
    page: async ({ subjects, fromMs, toMs }, after, limit) => {
      let query = db.selectFrom('entry').selectAll()
      if (subjects !== undefined) query = query.where('subject', 'in', [...subjects])
      if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs)
      if (toMs !== undefined) query = query.where('at_ms', '<=', toMs)
      if (after !== null) {
        const { atMs, id } = after
        query = query.where(sql<boolean>`(at_ms, id) > (${atMs}::bigint, ${id}::text)`)
      }
      const page = query.orderBy('at_ms').orderBy('id').limit(limit)
      return await withPostings(db, await page.execute())
    },
    sums: async (subjects) =>
      await db
        .selectFrom('posting')
        .innerJoin('entry', 'entry.id', 'posting.entry_id')
        .where('entry.subject', 'in', [...subjects])
        .groupBy('posting.account')
        .orderBy('posting.account')
        .select((e) => [accountOf(e), sumOf(e)])
        .execute(),
    balances: async ({ at, by, mchid }) => {
      let query = db.selectFrom('posting').innerJoin('entry', 'entry.id', 'posting.entry_id')
      const time = by === 'happened' ? 'entry.happened_at_ms' : 'entry.at_ms'
      if (at !== null) query = query.where(time, '<=', at)
      if (mchid !== undefined) query = query.where('entry.mchid', '=', mchid)
      const sums = query
        .groupBy(['entry.mchid', 'posting.account'])
        .orderBy('entry.mchid')
        .orderBy('posting.account')
        .select((e) => ['entry.mchid', accountOf(e), sumOf(e)])
      return await sums.execute()
    },
  }
}

type Booked = ExpressionBuilder<Schema, 'entry' | 'posting'>

const accountOf = (e: Booked) => e.ref('posting.account').$castTo<LedgerAccount>().as('account')
const sumOf = (e: Booked) =>
  e.cast<number>(e.fn.sum('posting.amount_fen'), 'bigint').as('amountFen')

async function append(db: Handle, entry: Entry): Promise<boolean> {
  if (!balances(entry.postings)) throw new RangeError(`entry ${entry.subject} does not balance`)
  const { id, subject, transition, atMs, mchid, happenedAtMs } = entry
  const result = await db
    .insertInto('entry')
    .values({ id, subject, transition, at_ms: atMs, mchid, happened_at_ms: happenedAtMs })
    .onConflict((c) => c.columns(['subject', 'transition']).doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) return false
  const lines = entry.postings.map(({ account, amountFen }, index) => ({
    entry_id: id,
    line: index + 1,
    account,
    amount_fen: amountFen,
  }))
  await db.insertInto('posting').values(lines).execute()
  return true
}

/** Entries of these ids that exist, by booking time and id. */
export async function entriesById(db: Handle, ids: readonly string[]): Promise<readonly Entry[]> {
  if (ids.length === 0) return []
  const query = db.selectFrom('entry').selectAll().where('id', '=', anyOf(ids))
  return await withPostings(db, await query.orderBy('at_ms').orderBy('id').execute())
}

/** One parameter however many there are: one text of the statement, which is prepared once. */
const anyOf = (ids: readonly string[]) => sql<string>`ANY(${[...ids]}::text[])`

async function withPostings(db: Handle, rows: readonly EntryTable[]): Promise<readonly Entry[]> {
  if (rows.length === 0) return []
  const query = db
    .selectFrom('posting')
    .selectAll()
    .where('entry_id', '=', anyOf(rows.map((row) => row.id)))
  const lines = new Map<string, Posting[]>(rows.map((row) => [row.id, []]))
  for (const row of await query.orderBy('entry_id').orderBy('line').execute()) {
    const { account, amount_fen: amountFen } = row
    lines.get(row.entry_id)?.push({ account: account as LedgerAccount, amountFen })
  }
  return rows.map((row) => entryOf(row, lines.get(row.id) ?? []))
}

function entryOf(row: EntryTable, postings: Entry['postings']): Entry {
  const { id, subject, transition, mchid, at_ms: atMs, happened_at_ms: happenedAtMs } = row
  return { id, subject, transition, mchid, happenedAtMs, atMs, postings }
}
