import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../tests/support/database.ts'
import { openDatabase, openPool } from './database.ts'
import { migrate, pendingMigrations } from './migrate.ts'

test('a migrated database has nothing pending, and migrating it again changes nothing', async () => {
  const fresh = await freshDatabase()
  const db = openDatabase(openPool({ url: fresh.url }, 2))
  expect(await pendingMigrations(db)).toEqual([])
  expect(await migrate(db, 1)).toEqual([])
  await db.destroy()
  await fresh.drop()
})

test('an entry that does not balance is refused by the database itself', async () => {
  const fresh = await freshDatabase()
  const db = openDatabase(openPool({ url: fresh.url }, 2))
  const unbalanced = db.transaction().execute(async (tx) => {
    await sql`INSERT INTO entry VALUES ('e1', 's', 't', 0, '1999900001', 0)`.execute(tx)
    await sql`INSERT INTO posting VALUES ('e1', 1, 'sales', -5)`.execute(tx)
  })
  await expect(unbalanced).rejects.toThrow('does not balance')
  await db.destroy()
  await fresh.drop()
})
