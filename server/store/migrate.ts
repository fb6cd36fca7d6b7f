import { sql } from 'kysely'
import type { Database } from './database.ts'
import * as base from './migrations/0001-base.ts'
import * as refunds from './migrations/0002-refunds.ts'
import * as webhooks from './migrations/0003-webhooks.ts'
import * as sealedLedger from './migrations/0004-ledger.ts'
import * as bills from './migrations/0005-bills.ts'
import * as shipping from './migrations/0006-shipping.ts'
import * as parties from './migrations/0007-parties.ts'
import * as approval from './migrations/0008-approval.ts'

/** In order, for ever: a released migration is never edited, only followed. */
export const migrations: ReadonlyArray<{ name: string; sql: string }> = [
  base,
  refunds,
  webhooks,
  sealedLedger,
  bills,
  shipping,
  parties,
  approval,
]

/** Any constant will do; it only has to be ours. */
const migrationLock = 7_406_311

/**
 * Brings the schema up to date, each migration in one transaction together with its own record.
 * Two processes that start at once wait for each other. Answers the names that were applied.
 * `until`: an older schema, for tests of upgrades.
 */
export async function migrate(db: Database, atMs: number, until?: string): Promise<string[]> {
  return await db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${migrationLock})`.execute(connection)
    try {
      return await applyMissing(connection, atMs, until)
    } finally {
      await sql`SELECT pg_advisory_unlock(${migrationLock})`.execute(connection)
    }
  })
}

/** Names of migrations that this database does not have yet; used by /readyz and doctor. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const table = await sql<{ found: string | null }>`
    SELECT to_regclass('migration')::text AS found`.execute(db)
  if (table.rows[0]?.found == null) return migrations.map((m) => m.name)
  const done = await sql<{ name: string }>`SELECT name FROM migration ORDER BY name`.execute(db)
  const names = new Set(done.rows.map((row) => row.name))
  return migrations.map((m) => m.name).filter((name) => !names.has(name))
}

async function applyMissing(db: Database, atMs: number, until = '9999'): Promise<string[]> {
  const missing = (await pendingMigrations(db)).filter((one) => one <= until)
  // Whoever serves without owning the tables may not even ask for this one to be made.
  if (missing.length === 0) return []
  await sql`
    CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, applied_at_ms bigint NOT NULL)
  `.execute(db)
  for (const migration of migrations.filter((m) => missing.includes(m.name))) {
    await db.transaction().execute(async (tx) => {
      await sql.raw(migration.sql).execute(tx)
      await sql`INSERT INTO migration (name, applied_at_ms) VALUES (${migration.name}, ${atMs})`.execute(
        tx,
      )
    })
  }
  return missing
}
