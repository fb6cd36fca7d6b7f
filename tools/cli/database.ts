import { installJobs } from '../../server/adapters/jobs/index.ts'
import { type Verified, verifyLedger } from '../../server/flows/verify-ledger.ts'
import { type Access, openAccess } from '../../server/store/access.ts'
import { type Database, openDatabase, openPool } from '../../server/store/database.ts'
import { openEmbedded } from '../../server/store/embedded.ts'
import { openStore } from '../../server/store/index.ts'
import { migrate, pendingMigrations } from '../../server/store/migrate.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a command found out about the database. */
export interface DatabaseState {
  /** As `15.20`; only the major number is compared. */
  version: string
  pending: string[]
  /** Its clock minus ours, in milliseconds. */
  skewMs: number
  applied: string[]
  /** How the server reaches its tables; null before they are there. */
  access: Access | null
  /** What the whole chain of seals says; null when it was not walked. */
  ledger: Verified | null
}

/**
 * Opens the database of the settings (DATABASE_URL, else the embedded one), looks at it, applies
 * the missing migrations when asked, and leaves it as it was found.
 * @throws whatever the database or the embedded server says
 */
export async function visitDatabase(env: Environment, apply: boolean): Promise<DatabaseState> {
  const url = env['DATABASE_URL']
  const dataDir = env['MINITILL_DATA_DIR'] ?? './data'
  const holder = apply ? 'minitill migrate' : 'minitill doctor'
  const embedded = url === undefined ? await openEmbedded({ dataDir, role: 'guest', holder }) : null
  const connection = url === undefined ? connectionOf(embedded) : { url }
  const pool = openPool(connection, 2)
  try {
    const db = openDatabase(pool)
    const applied = apply ? await migrate(db, Date.now()) : []
    if (apply) await installJobs(db, pool)
    const pending = await pendingMigrations(db)
    const asked = await pool.query<{ version: string; now_ms: number }>(
      `SELECT current_setting('server_version') AS version,
              (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`,
    )
    const row = asked.rows[0]
    return {
      version: row?.version.split(' ')[0] ?? '0',
      skewMs: Math.round((row?.now_ms ?? 0) - Date.now()),
      pending,
      applied,
      access: pending.length > 0 ? null : await openAccess(connection, !apply),
      ledger: pending.length > 0 || apply ? null : await walk(db),
    }
  } finally {
    await pool.end()
    await embedded?.stop()
  }
}

/** The whole chain, a hundred seals at a time. */
async function walk(db: Database): Promise<Verified> {
  const store = openStore(db, () => ({ enqueue: async () => {} }))
  let after = 0
  let [seals, entries] = [0, 0]
  const found: Verified['found'][number][] = []
  for (;;) {
    const part = await verifyLedger({ store }, { after, limit: 100 })
    seals += part.seals
    entries += part.entries
    found.push(...part.found.slice(0, 20))
    if (part.complete || part.last === null) return { ...part, seals, entries, found }
    after = part.last.seq
  }
}

function connectionOf(embedded: Awaited<ReturnType<typeof openEmbedded>> | null) {
  if (embedded === null) throw new Error('no database was opened')
  return embedded.connection
}
