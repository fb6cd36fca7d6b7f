import type pg from 'pg'
import { migrations } from '../migrate.ts'

/** Any constant will do; it only has to be ours, and another than that of migrations. */
export const rightsLock = 7_406_313

/** Every table that a migration makes: what else lives in the schema is not ours to give. */
export function ownTables(): readonly string[] {
  const made = migrations.flatMap(({ sql }) => [...sql.matchAll(/^CREATE TABLE (\w+)/gm)])
  return made.map(([, name]) => name ?? '')
}

const jobSchema = 'pgboss'

/**
 * Gives the application's role what it needs, and takes away what a trigger refuses to everybody:
 * changes of an append-only table. It owns nothing, so that it can neither empty a table nor
 * switch a trigger off; the list of migrations it may only read.
 */
export async function grantRights(
  client: pg.Client,
  role: string,
  tables: readonly string[],
): Promise<void> {
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`)
  await client.query(`GRANT SELECT ON migration TO ${role}`)
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${tables.join(', ')} TO ${role}`)
  for (const { name, event } of await refusedChanges(client)) {
    await client.query(`REVOKE ${event} ON ${name} FROM ${role}`)
  }
  const { rows } = await client.query('SELECT to_regnamespace($1) IS NOT NULL AS found', [
    jobSchema,
  ])
  if (!(rows[0] as { found: boolean }).found) return
  await client.query(`GRANT USAGE ON SCHEMA ${jobSchema} TO ${role}`)
  const all = `IN SCHEMA ${jobSchema} TO ${role}`
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES ${all}`)
  await client.query(`GRANT USAGE ON ALL SEQUENCES ${all}`)
}

/** Tables and events whose trigger is `refuse_change`. */
async function refusedChanges(client: pg.Client): Promise<Array<{ name: string; event: string }>> {
  const { rows } = await client.query(`
    SELECT DISTINCT t.tgrelid::regclass::text AS name, e.event
    FROM pg_trigger t, (VALUES (8, 'DELETE'), (16, 'UPDATE')) AS e (bit, event)
    WHERE t.tgfoid = 'refuse_change'::regproc AND (t.tgtype::int & e.bit) <> 0
    ORDER BY 1, 2`)
  return rows
}
