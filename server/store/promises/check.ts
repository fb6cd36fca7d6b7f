import { type RawBuilder, sql } from 'kysely'
import { breachesKept, type Window } from '../../domain/live-promise.ts'
import type { Handle } from '../index.ts'

/** How a table is walked: in which order, and how a place in it is written down and found again. */
export interface Walk {
  /** The columns of an index. */
  readonly columns: readonly string[]
  /** Over the row `s`, as all of these. */
  readonly place: RawBuilder<string>
  /** Rows behind a place; the first place of all is the empty text. */
  readonly behind: (place: string) => RawBuilder<boolean>
}

const byId: Walk = {
  columns: ['id'],
  place: sql`s.id`,
  behind: (place) => sql`s.id > ${place}`,
}

/** Rows of bills have no id of their own: they are lines of their bill. */
export const byLine: Walk = {
  columns: ['bill_id', 'line'],
  place: sql`s.bill_id || ':' || s.line`,
  behind: (place) => {
    const [billId = '', line = ''] = place.split(':')
    return sql`(s.bill_id, s.line) > (${billId}::text, ${Number(line)}::bigint)`
  },
}

/**
 * A number that the row's message names. As a query of its own it is found once a row, and an index
 * can be asked for it; as an expression it would be parsed again for each row it is compared with.
 */
export const named = (field: string): RawBuilder<string> =>
  sql`(SELECT s.plaintext::jsonb->>${sql.lit(field)})`

/**
 * One thing to look at, row by row. Many rows are looked at in windows, so that no statement and no
 * memory grows with the table.
 */
export interface Check {
  readonly table: string
  /** Absent: by the text `id`. */
  readonly walk?: Walk
  /** For rows that stand for many others: how many of them a window has at most. */
  readonly atMost?: number
  /** And how many rows a look at one of them reads; absent: one. */
  readonly reads?: RawBuilder<number>
  /** Which rows; absent: all. The row is `s`, as below. */
  readonly only?: RawBuilder<boolean>
  /** Over the row `s`: why the promise is broken, or NULL when it is kept. */
  readonly why: RawBuilder<string | null>
  /** What a breach is called; absent: the table's name and the row's place. */
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
  rows: number
  checked: number
  last: string | null
  broken_count: number
  broken: Array<{ subject: string; why: string }>
}

/** Looks at up to `limit` rows after a place. */
export async function lookAt(
  db: Handle,
  { table, walk = byId, atMost, reads = sql`1`, only, why, subject }: Check,
  after: string,
  limit: number,
): Promise<Window> {
  const most = Math.min(limit, atMost ?? limit)
  const order = walk.columns.map((column) => sql.ref(`s.${column}`))
  const back = order.map((column) => sql`${column} DESC`)
  const named = subject ?? sql`${sql.lit(`${table}:`)} || ${walk.place}`
  const query = sql<Found>`
    WITH s AS MATERIALIZED (
      SELECT * FROM ${sql.table(table)} AS s
      WHERE ${walk.behind(after)} AND (${only ?? sql`true`})
      ORDER BY ${sql.join(order)} LIMIT ${most}),
    found AS MATERIALIZED (
      SELECT * FROM (SELECT ${named} AS subject, ${why} AS why FROM s) AS looked
      WHERE looked.why IS NOT NULL),
    few AS (SELECT subject, why FROM found ORDER BY subject, why LIMIT ${breachesKept})
    SELECT (SELECT count(*) FROM s) AS rows,
      (SELECT coalesce(sum(${reads}), 0)::bigint FROM s) AS checked,
      (SELECT ${walk.place} FROM s ORDER BY ${sql.join(back)} LIMIT 1) AS last,
      (SELECT count(*) FROM found) AS broken_count,
      (SELECT coalesce(jsonb_agg(few), '[]') FROM few) AS broken`
  const [row] = (await query.execute(db)).rows
  if (row === undefined) throw new Error('a check without an answer')
  const { rows, checked, broken, broken_count: brokenCount } = row
  return { checked, last: rows < most ? null : row.last, brokenCount, broken }
}
