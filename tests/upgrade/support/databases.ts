// Databases as old releases left them.
import type pg from 'pg'
import { type Database, openDatabase, openPool } from '../../../server/store/database.ts'
import { emptyDatabase } from '../../support/database.ts'

export interface OldDatabase {
  readonly url: string
  readonly pool: pg.Pool
  readonly db: Database
  drop(): Promise<void>
}

/** An empty database and a way into it. */
export async function blankDatabase(): Promise<OldDatabase> {
  const { url, drop } = await emptyDatabase()
  const pool = openPool({ url }, 3)
  const db = openDatabase(pool)
  return {
    url,
    pool,
    db,
    drop: async () => {
      await db.destroy()
      await drop()
    },
  }
}

/** A database that was made by a dump, or by any other text. */
export async function databaseFrom(text: string): Promise<OldDatabase> {
  const blank = await blankDatabase()
  await blank.pool.query(text)
  return blank
}
