import type pg from 'pg'
import type { Settings } from '../config.ts'
import { type Connection, type Database, openDatabase, openPool } from '../store/database.ts'
import { openEmbedded } from '../store/embedded.ts'

/** Requests that reach the database at once; each takes a few milliseconds. */
const poolSize = 20

export interface OpenedDatabase {
  readonly db: Database
  readonly pool: pg.Pool
  close(): Promise<void>
}

/** The database of the settings: one by URL, or the embedded one of the data folder. */
export async function openInstanceDatabase(settings: Settings): Promise<OpenedDatabase> {
  const { connection, stop } = await connect(settings)
  const pool = openPool(connection, poolSize)
  const db = openDatabase(pool)
  return {
    db,
    pool,
    close: async () => {
      await db.destroy()
      await stop()
    },
  }
}

async function connect(
  settings: Settings,
): Promise<{ connection: Connection; stop: () => Promise<void> }> {
  const { database, dataDir } = settings
  if (database.kind === 'url') {
    return { connection: { url: database.url.reveal() }, stop: async () => {} }
  }
  // A guest becomes the owner when nobody owns the database, and the last one stops it.
  return await openEmbedded({ dataDir, role: 'guest', holder: 'minitill serve' })
}
