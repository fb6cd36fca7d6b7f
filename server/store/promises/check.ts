import { type RawBuilder, sql } from 'kysely'
import { breachesKept, type Window } from '../../domain/live-promise.ts'
import type { Handle } from '../index.ts'

/**
 * One thing to look at, row by row of a table that has a text `id`. Many rows are looked at in
 * windows, so that no statement and no memory grows with the table.
 */
export interface Check {
  readonly table: string
  /** Which rows; absent: all. The row is `s`, as below. */
  readonly only?: RawBuilder<boolean>
  /** Over the row `s`: why the promise is broken, or NULL when it is kept. */
  readonly why: RawBuilder<string | null>
  /** What a breach is called; absent: the table's name and the row's id. */
  readonly subject?: RawBuilder<string>
}

/** Why a promise is broken: the first of these conditions that holds, else NULL. */
export function firstOf(
  ...reasons: ReadonlyArray<readonly [why: string, condition: RawBuilder<boolean>]>
): RawBuilder<string | null> {
  const cases = reasons.map(([why, condition]) => sql`WHEN ${condition} THEN ${sql.lit(why)}`)
  return sql`CASE ${sql.join(cases, sql` `)} END`
}

interface Found {
  checked: number
  last: string | null
  broken_count: number
  broken: Array<{ subject: string; why: string }>
}

/** Looks at up to `limit` rows after one. */
export async function lookAt(
  db: Handle,
  { table, only, why, subject }: Check,
  after: string,
  limit: number,
): Promise<Window> {
  const named = subject ?? sql`${sql.lit(`${table}:`)} || s.id`
  const query = sql<Found>`
    WITH s AS MATERIALIZED (
      SELECT * FROM ${sql.table(table)} AS s
      WHERE s.id > ${after} AND (${only ?? sql`true`}) ORDER BY s.id LIMIT ${limit}),
    found AS MATERIALIZED (
      SELECT * FROM (SELECT ${named} AS subject, ${why} AS why FROM s) AS looked
      WHERE looked.why IS NOT NULL),
    few AS (SELECT subject, why FROM found ORDER BY subject, why LIMIT ${breachesKept})
    SELECT (SELECT count(*) FROM s) AS checked, (SELECT max(id) FROM s) AS last,
      (SELECT count(*) FROM found) AS broken_count,
      (SELECT coalesce(jsonb_agg(few), '[]') FROM few) AS broken`
  const [row] = (await query.execute(db)).rows
  if (row === undefined) throw new Error('a check without an answer')
  const { checked, broken, broken_count: brokenCount } = row
  return { checked, last: checked < limit ? null : row.last, brokenCount, broken }
}
