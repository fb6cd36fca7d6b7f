// Every release that was kept: its database, migrated to the present schema.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installJobs } from '../../server/adapters/jobs/index.ts'
import { migrate, migrations, pendingMigrations } from '../../server/store/migrate.ts'
import { migrationsIn } from './keep/dump.ts'
import { keptVersions, readRelease } from './keep/release.ts'
import { schemaOf } from './keep/schema.ts'
import { booksOf } from './support/books.ts'
import { blankDatabase, databaseFrom, type OldDatabase } from './support/databases.ts'
import { expectAllKept, promisesOf } from './support/end.ts'

const laterMs = Date.parse('2090-12-31T00:00:00Z')

describe.each(keptVersions())('release %s', (version) => {
  const { database } = readRelease(version)
  let old: OldDatabase

  beforeAll(async () => {
    old = await databaseFrom(database)
  })
  afterAll(async () => {
    await old.drop()
  })

  test('its migrations are those of today, to the letter: what was released is never edited', () => {
    const kept = migrationsIn(database)
    expect(kept.length).toBeGreaterThan(0)
    const today = migrations.slice(0, kept.length)
    expect(kept).toEqual(today.map(({ name, sql }) => ({ name, sql: sql.trim() })))
  })

  test('migrated, its books are the same to the fen, and every promise is kept and looked at', async () => {
    const before = await booksOf(old.pool)
    expect(Object.values(before).filter((rows) => rows.length === 0)).toEqual([])
    await migrate(old.db, laterMs)
    await installJobs(old.db, old.pool)
    expect(await pendingMigrations(old.db)).toEqual([])
    expect(await booksOf(old.pool)).toEqual(before)
    await expectAllKept(old.pool, await promisesOf(old.pool))
  })

  test('migrated, its schema is the one that a new database gets', async () => {
    const fresh = await blankDatabase()
    await migrate(fresh.db, laterMs)
    await installJobs(fresh.db, fresh.pool)
    expect(await schemaOf(old.pool)).toEqual(await schemaOf(fresh.pool))
    await fresh.drop()
  })
})
