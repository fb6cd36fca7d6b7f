// The rows of a real database in the one that checkers read: one snapshot, table by table.
import type pg from 'pg'
import type { SimulatedDatabase } from '../engine/database.ts'

/** Everything that is committed by now. */
export async function copyRows(from: pg.ClientBase, to: SimulatedDatabase): Promise<void> {
  await to.empty()
  const { postgres } = to
  await from.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  // What triggers and references have to say was said when the rows were written.
  postgres.script('SET session_replication_role = replica')
  for (const table of to.tables) {
    const { rows } = await from.query<{ rows: string | null }>(
      `SELECT json_agg(x)::text AS rows FROM ${table} x`,
    )
    const text = rows[0]?.rows ?? null
    if (text === null) continue
    postgres.query(
      `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`,
      [text],
    )
  }
  postgres.script('SET session_replication_role = origin')
  await from.query('COMMIT')
}
