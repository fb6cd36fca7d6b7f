import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase, openPool } from '../../server/store/database.ts'
import { migrate } from '../../server/store/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
    databaseTemplate: string
  }
}

/**
 * One PostgreSQL for the whole run: the one that MINITILL_TEST_DATABASE_URL names, else the
 * embedded one in a temporary folder. Each test file then gets databases of its own, copied from a
 * migrated template.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['MINITILL_TEST_DATABASE_URL']
  const server = given ? { url: given, stop: async () => {} } : await startEmbedded()
  const template = `minitill_template_${randomBytes(6).toString('hex')}`
  await makeTemplate(server.url, template)
  project.provide('databaseUrl', server.url)
  project.provide('databaseTemplate', template)
  return async () => {
    await run(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
    await server.stop()
  }
}

async function startEmbedded(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { openEmbedded } = await import('../../server/store/embedded.ts')
  const dataDir = mkdtempSync(join(tmpdir(), 'minitill-test-'))
  // As root, PostgreSQL runs as another user: in a folder that is closed to it, the data would
  // go to a place of its own outside, and stay there.
  chmodSync(dataDir, 0o755)
  const embedded = await openEmbedded({ dataDir, role: 'owner', holder: 'tests' })
  const { host, port, user, password, database } = embedded.connection
  const query = new URLSearchParams({ host, port: String(port) })
  return {
    url: `postgresql://${user}:${encodeURIComponent(password)}@localhost/${database}?${query}`,
    stop: async () => {
      await embedded.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function makeTemplate(url: string, template: string): Promise<void> {
  await run(url, `CREATE DATABASE ${template}`)
  const db = openDatabase(openPool({ url: databaseIn(url, template) }, 2))
  await migrate(db, 0)
  await db.destroy()
}

async function run(url: string, statement: string): Promise<void> {
  const pool = openPool({ url }, 1)
  await pool.query(statement)
  await pool.end()
}

/** The same server, another database. */
export function databaseIn(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.toString()
}
