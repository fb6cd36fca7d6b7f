import { sql } from 'kysely'
import { balances, type Entry, type LedgerAccount } from '../domain/ledger.ts'
import type { LedgerReads, LedgerWrites } from '../ports/tables/ledger.ts'
import type { Handle } from './index.ts'
import type { EntryTable } from './schema-ledger.ts'

/** Statements on entry and posting, which only ever grow. */
export function ledger(db: Handle): LedgerReads & LedgerWrites {
  return {
    ofSubject: async (subject) => {
      const entries = await db
        .selectFrom('entry')
        .selectAll()
        .where('subject', '=', subject)
        .orderBy('at_ms')
        .orderBy('id')
        .execute()
      const found: Entry[] = []
      for (const row of entries) found.push(entryOf(row, await postingsOf(db, row.id)))
      return found
    },
    balances: async ({ at, by, mchid }) => {
      let query = db.selectFrom('posting').innerJoin('entry', 'entry.id', 'posting.entry_id')
      const time = by === 'happened' ? 'entry.happened_at_ms' : 'entry.at_ms'
      if (at !== null) query = query.where(time, '<=', at)
      if (mchid !== undefined) query = query.where('entry.mchid', '=', mchid)
      const sums = query
        .groupBy(['entry.mchid', 'posting.account'])
        .orderBy('entry.mchid')
        .orderBy('posting.account')
        .select((e) => [
          'entry.mchid',
          e.ref('posting.account').$castTo<LedgerAccount>().as('account'),
          e.cast<number>(e.fn.sum('posting.amount_fen'), 'bigint').as('amountFen'),
        ])
      return await sums.execute()
    },
    append: async (entry) => {
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
    },
    appendAll: async (entries) => (entries.length === 0 ? 0 : await appendAll(db, entries)),
  }
}

/** In one statement, because a bill has a million fees. By subject, so that two never wait in a ring. */
async function appendAll(db: Handle, entries: readonly Entry[]): Promise<number> {
  const wrong = entries.find(({ postings }) => !balances(postings))
  if (wrong !== undefined) throw new RangeError(`entry ${wrong.subject} does not balance`)
  const given = entries.map(({ id, subject, transition, atMs, mchid, happenedAtMs }) => {
    return { id, subject, transition, at_ms: atMs, mchid, happened_at_ms: happenedAtMs }
  })
  const lines = entries.flatMap(({ id, postings }) =>
    postings.map(({ account, amountFen }, index) => {
      return { entry_id: id, line: index + 1, account, amount_fen: amountFen }
    }),
  )
  const { rows } = await sql<{ made: number }>`
    WITH made AS (
      INSERT INTO entry (id, subject, transition, at_ms, mchid, happened_at_ms)
      SELECT id, subject, transition, at_ms, mchid, happened_at_ms
      FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS g(id text, subject text,
        transition text, at_ms bigint, mchid text, happened_at_ms bigint)
      ORDER BY subject, transition
      ON CONFLICT (subject, transition) DO NOTHING RETURNING id
    ), posted AS (
      INSERT INTO posting (entry_id, line, account, amount_fen)
      SELECT l.entry_id, l.line, l.account, l.amount_fen
      FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS l(entry_id text, line bigint,
        account text, amount_fen bigint)
      JOIN made ON made.id = l.entry_id
      RETURNING entry_id
    )
    SELECT count(*) AS made FROM made LIMIT 1`.execute(db)
  return rows[0]?.made ?? 0
}

function entryOf(row: EntryTable, postings: Entry['postings']): Entry {
  const { id, subject, transition, mchid } = row
  return {
    id,
    subject,
    transition,
    mchid,
    happenedAtMs: row.happened_at_ms,
    atMs: row.at_ms,
    postings,
  }
}

async function postingsOf(db: Handle, entryId: string): Promise<Entry['postings']> {
  const query = db.selectFrom('posting').select(['account', 'amount_fen'])
  const rows = await query.where('entry_id', '=', entryId).orderBy('line').execute()
  return rows.map((row) => ({
    account: row.account as LedgerAccount,
    amountFen: row.amount_fen,
  }))
}
