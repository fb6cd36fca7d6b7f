import { openDatabase, openPool } from '../../server/store/database.ts'
import { openEmbedded } from '../../server/store/embedded.ts'
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
  const pool = openPool(url === undefined ? connectionOf(embedded) : { url }, 2)
  try {
    const db = openDatabase(pool)
    const applied = apply ? await migrate(db, Date.now()) : []
    const asked = await pool.query<{ version: string; now_ms: number }>(
      `SELECT current_setting('server_version') AS version,
              (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`,
    )
    const row = asked.rows[0]
    return {
      version: row?.version.split(' ')[0] ?? '0',
      skewMs: Math.round((row?.now_ms ?? 0) - Date.now()),
      pending: await pendingMigrations(db),
      applied,
    }
  } finally {
    await pool.end()
    await embedded?.stop()
  }
}

function connectionOf(embedded: Awaited<ReturnType<typeof openEmbedded>> | null) {
  if (embedded === null) throw new Error('no database was opened')
  return embedded.connection
}
