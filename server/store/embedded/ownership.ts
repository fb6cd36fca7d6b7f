import { Client } from 'pg'
import type { Cluster, Postmaster } from './cluster.ts'
import { systemCode } from './error.ts'

/** Key of the advisory lock that says who owns an embedded database ("MINITILL" as a number). */
const OWNER_LOCK = '1077485656'
const CONNECT_MS = 5_000
const NAME_CHARACTERS = 63

/** Who we are to the other processes on the same database: shown in their messages. */
export type Role = 'owner' | 'guest' | 'watchdog'

/** The connection's name; PostgreSQL keeps 63 characters of it. */
export function nameOf(role: Role, holder: string, pid = process.pid): string {
  return `minitill ${role} ${pid} ${holder}`.slice(0, NAME_CHARACTERS)
}

/**
 * Connects to the maintenance database, where the owner's lock lives.
 * @returns null when no server answers there (yet, or any more)
 */
export async function connect(
  cluster: Cluster,
  server: Postmaster,
  name: string,
): Promise<Client | null> {
  const client = new Client({
    host: server.socket === '' ? cluster.host : server.socket,
    port: server.port,
    user: cluster.user,
    password: cluster.password,
    database: 'postgres',
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
  })
  // A lost connection is reported by 'end'; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    // 57P03: starting up or shutting down. The rest: nobody listens at that address.
    const quiet = ['57P03', 'ECONNREFUSED', 'ENOENT', 'ECONNRESET', '57P01']
    if (quiet.includes(systemCode(error)) || /terminated unexpectedly/.test(String(error))) {
      return null
    }
    throw error
  }
}

/** Takes the owner's lock if it is free. It is held as long as the connection lives. */
export async function tryOwn(client: Client): Promise<boolean> {
  const result = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
    OWNER_LOCK,
  ])
  return result.rows[0]?.held === true
}

/** Gives the lock back. */
export async function disown(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_unlock($1)', [OWNER_LOCK])
}

/** The name of the connection that owns the database, or null when nobody does. */
export async function ownerName(client: Client): Promise<string | null> {
  const result = await client.query<{ name: string }>(
    `SELECT activity.application_name AS name
       FROM pg_locks AS lock JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
      WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objid = $1::bigint::oid
        AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY lock.pid LIMIT 1`,
    [OWNER_LOCK],
  )
  return result.rows[0]?.name ?? null
}

/** How many other connections of this role there are. */
export async function countOthers(client: Client, role: Role): Promise<number> {
  const result = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM pg_stat_activity
      WHERE application_name LIKE $1 AND pid <> pg_backend_pid()`,
    [`minitill ${role} %`],
  )
  return Number(result.rows[0]?.count ?? 0)
}

/** Renames our connection: others read there that we are about to stop. */
export async function rename(client: Client, name: string): Promise<void> {
  await client.query("SELECT set_config('application_name', $1, false)", [name])
}

/** Makes the product's own database when it is absent. */
export async function makeDatabase(client: Client, database: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
  if (found.rows.length === 0) await client.query(`CREATE DATABASE "${database}"`)
}
