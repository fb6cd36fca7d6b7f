import { sql } from 'kysely'
import type { Database } from '../../server/store/database.ts'

/** Everything in the database as text: each row of each table, binary columns also as Latin-1. */
export async function dumpRows(db: Database): Promise<string> {
  const tables = await sql<{ name: string }>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`.execute(db)
  const texts: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql`SELECT * FROM ${sql.raw(name)}`.execute(db)
    for (const row of rows) texts.push(`${name} ${JSON.stringify(row, asText)}`)
  }
  return texts.join('\n')
}

function asText(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key]
  return Buffer.isBuffer(raw) ? raw.toString('latin1') : value
}
