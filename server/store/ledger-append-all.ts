import { sql } from 'kysely'
import { balances, type Entry } from '../domain/ledger.ts'
import type { Handle } from './index.ts'

/** In one statement, because a bill has a million fees. By subject, so that two never wait in a ring. */
export async function appendAll(db: Handle, entries: readonly Entry[]): Promise<number> {
  if (entries.length === 0) return 0
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
