import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import pg from 'pg'
import { grantRights, ownTables, rightsLock } from './access/rights.ts'
import { type Connection, clientConfig, urlOf, withParameters } from './database.ts'

/**
 * How the application reaches its tables, best first. login: as a role of its own that may not
 * change or delete an entry, and cannot become anything else. given: DATABASE_URL's own user is such
 * a role. set_role: as the owner, who takes that role for each connection and could lay it down.
 * owner: as the owner of the tables; only the triggers keep the entries.
 */
export interface Access {
  readonly kind: 'login' | 'given' | 'set_role' | 'owner'
  readonly role: string | null
  readonly connection: Connection
  /** Why it is not better; null for `login` and `given`. */
  readonly why: string | null
}

const connectMs = 5_000

/** The role's name. Roles belong to the whole cluster, databases are named once in it. */
export function appRoleOf(database: string): string {
  return `minitill_app_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`
}

/**
 * Makes or renews the application's role and its rights, and finds the best way to serve with it.
 * Called with the owner's connection when all tables are there; processes that do so at once wait
 * for each other. `look`: changes nothing, for `minitill doctor`.
 * @throws whatever the database says to the owner itself
 */
export async function openAccess(connection: Connection, look = false): Promise<Access> {
  const client = await connected(connection)
  try {
    const { rows } = await client.query('SELECT current_database() AS database, current_user AS me')
    const { database, me } = rows[0] as { database: string; me: string }
    if (await isRestricted(client)) return { kind: 'given', role: me, connection, why: null }
    const role = appRoleOf(database)
    const secret = secretOf(connection)
    const password = secret === null ? null : passwordOf(secret, role)
    const why = look ? await absence(client, role) : await prepare(client, role, password)
    return await bestAccess(connection, role, password, why)
  } finally {
    await client.end()
  }
}

/** Whether this user, as it is, can neither change an entry nor give itself the right to. */
async function isRestricted(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`
    SELECT count(*) = 4 AS restricted FROM pg_class c, pg_roles r
    WHERE c.oid IN (to_regclass('entry'), to_regclass('posting'), to_regclass('seal'),
        to_regclass('seal_entry'))
      AND r.rolname = current_user AND NOT r.rolsuper AND NOT pg_has_role(c.relowner, 'MEMBER')
      AND NOT has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')`)
  return (rows[0] as { restricted: boolean }).restricted
}

async function exists(client: pg.Client, role: string): Promise<boolean> {
  const asked = 'SELECT count(*) AS n FROM pg_roles WHERE rolname = $1'
  const { rows } = await client.query(asked, [role])
  return (rows[0] as { n: number }).n === 1
}

/** Why a look finds no role; null when there is one. */
async function absence(client: pg.Client, role: string): Promise<string | null> {
  if (await exists(client, role)) return null
  return `${role} is not there; a start or minitill migrate makes it`
}

/** null when the role is there with its rights; else why it is not, in one sentence. */
async function prepare(
  client: pg.Client,
  role: string,
  password: string | null,
): Promise<string | null> {
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [rightsLock])
    if (!(await exists(client, role))) {
      const only = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT'
      await client.query(`CREATE ROLE ${role} LOGIN ${only}`)
    }
    await grantRights(client, role, ownTables())
    await attempt(client, `GRANT ${role} TO CURRENT_USER`)
    const stored = password === null ? 'NULL' : `'${scramVerifier(password, role)}'`
    await attempt(client, `ALTER ROLE ${role} PASSWORD ${stored}`)
    await client.query('COMMIT')
    return null
  } catch (error) {
    await client.query('ROLLBACK')
    return error instanceof Error ? error.message : 'the role could not be made'
  }
}

/** What may fail alone: a role that an administrator made needs neither from us. */
async function attempt(client: pg.Client, statement: string): Promise<void> {
  await client.query('SAVEPOINT attempt')
  try {
    await client.query(statement)
  } catch {
    await client.query('ROLLBACK TO SAVEPOINT attempt')
  }
}

async function bestAccess(
  owner: Connection,
  role: string,
  password: string | null,
  why: string | null,
): Promise<Access> {
  if (why !== null) return { kind: 'owner', role: null, connection: owner, why }
  const own = asUser(owner, role, password)
  const refusal = await refusalOf(own, role)
  if (refusal === null) return { kind: 'login', role, connection: own, why: null }
  const taken: Connection = { ...owner, role }
  const alsoRefused = await refusalOf(taken, role)
  if (alsoRefused === null) return { kind: 'set_role', role, connection: taken, why: refusal }
  return { kind: 'owner', role: null, connection: owner, why: alsoRefused }
}

/** Tries the way; null when it leads to the role and its tables. */
async function refusalOf(connection: Connection, role: string): Promise<string | null> {
  try {
    const client = await connected(connection)
    try {
      const { rows } = await client.query(
        "SELECT current_user AS me, has_table_privilege('entry', 'INSERT') AS may",
      )
      const { me, may } = rows[0] as { me: string; may: boolean }
      return me === role && may ? null : `it came in as ${me}`
    } finally {
      await client.end()
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'it was refused'
  }
}

async function connected(connection: Connection): Promise<pg.Client> {
  const config = { ...clientConfig(connection), connectionTimeoutMillis: connectMs }
  const client = new pg.Client(config)
  client.on('error', () => {})
  await client.connect()
  return client
}

/** The owner's password, from which the application's is made; null where there is none. */
function secretOf(connection: Connection): string | null {
  if (!('url' in connection)) return connection.password
  const url = urlOf(connection.url)
  const given = url?.searchParams.get('password') || decodeURIComponent(url?.password ?? '')
  return given === '' ? null : given
}

/** Every process makes the same one, and whoever learns it has not learnt the owner's. */
function passwordOf(secret: string, role: string): string {
  return createHmac('sha256', secret).update(`minitill role ${role}`).digest('base64url')
}

/** The same place as another user. */
function asUser(connection: Connection, user: string, password: string | null): Connection {
  if (!('url' in connection)) return { ...connection, user, password: password ?? '' }
  const parameters = password === null ? { user } : { user, password }
  return { url: withParameters(connection.url, parameters) }
}

const iterations = 4096

/** What PostgreSQL stores of a password (RFC 5803), so that no log of statements ever has it. */
function scramVerifier(password: string, role: string): string {
  const salt = createHmac('sha256', password).update(`salt of ${role}`).digest().subarray(0, 16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  const serverKey = hmac('Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
