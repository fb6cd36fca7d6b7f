import type pg from 'pg'
import { installJobs } from '../adapters/jobs/index.ts'
import type { Settings } from '../config.ts'
import type { Log } from '../ports/index.ts'
import { type Access, openAccess } from '../store/access.ts'
import { type Connection, type Database, openDatabase, openPool } from '../store/database.ts'
import { openEmbedded } from '../store/embedded.ts'
import { migrate } from '../store/migrate.ts'

/** Requests that reach the database at once; each takes a few milliseconds. */
const poolSize = 20

export interface OpenedDatabase {
  readonly db: Database
  readonly pool: pg.Pool
  /** The owner of the tables: for nothing but what only it may do. */
  readonly owner: Database
  close(): Promise<void>
}

/**
 * The database of the settings, by URL or the embedded one of the data folder: brought up to date
 * as its owner, and then served as a role that cannot change or delete what is append-only.
 */
export async function openInstanceDatabase(
  settings: Settings,
  { log, atMs }: { readonly log: Log; readonly atMs: number },
): Promise<OpenedDatabase> {
  const { connection, stop } = await connect(settings)
  const ownerPool = openPool(connection, 2)
  const owner = openDatabase(ownerPool)
  try {
    await migrate(owner, atMs)
    await installJobs(owner, ownerPool)
    const access = await openAccess(connection)
    report(log, access)
    const pool = openPool(access.connection, poolSize)
    const db = openDatabase(pool)
    const close = async () => {
      await db.destroy()
      await owner.destroy()
      await stop()
    }
    return { db, pool, owner, close }
  } catch (error) {
    await owner.destroy()
    await stop()
    throw error
  }
}

function report(log: Log, { kind, role, why }: Access): void {
  if (kind === 'login' || kind === 'given') {
    log.info({ kind, role }, 'serving as a role that may not change entries')
  } else if (kind === 'set_role') {
    log.warn({ kind, role, why }, 'serving as the owner in the role that may not change entries')
  } else {
    log.warn({ kind, why }, 'serving as the owner of the tables: triggers alone keep the entries')
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
