import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { freshDatabase, type OwnDatabase } from '../../tests/support/database.ts'
import { appRoleOf, openAccess } from './access.ts'
import { type Connection, clientConfig } from './database.ts'

// Databases and roles come and go: slow where many do so at once.
vi.setConfig({ testTimeout: 60_000 })

let own: OwnDatabase
const databaseOf = (url: string) => new URL(url).pathname.slice(1)

beforeAll(async () => {
  own = await freshDatabase()
  await run(
    { url: own.url },
    `
    INSERT INTO entry VALUES ('e', 's', 't', 1, '1', 1);
    INSERT INTO posting VALUES ('e', 1, 'sales', 1), ('e', 2, 'fees', -1);
    INSERT INTO seal VALUES (1, '', '${'a'.repeat(64)}', 1, 1);
    INSERT INTO seal_entry VALUES ('e', 1, 1, '${'a'.repeat(64)}')`,
  )
})
afterAll(async () => {
  await own.drop()
})

async function run(connection: Connection, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client(clientConfig(connection))
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A user of the cluster with these rights, and a database of its own with our tables. */
async function asOrdinary(rights: string, body: (url: string) => Promise<void>): Promise<void> {
  const fresh = await freshDatabase()
  const name = `${databaseOf(fresh.url)}_owner`
  const url = new URL(fresh.url)
  await run({ url: fresh.url }, `CREATE ROLE ${name} LOGIN PASSWORD 'p' ${rights}`)
  await run({ url: fresh.url }, `ALTER DATABASE ${databaseOf(fresh.url)} OWNER TO ${name}`)
  await run(
    { url: fresh.url },
    `DO $$ DECLARE t text; BEGIN
      FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO ${name}', t);
      END LOOP; END $$`,
  )
  url.username = name
  url.password = 'p'
  url.searchParams.delete('user')
  try {
    await body(url.toString())
  } finally {
    await fresh.drop()
    await run({ url: inject('databaseUrl') }, `DROP ROLE ${name}`)
  }
}

const tables = ['entry', 'posting', 'seal', 'seal_entry'] as const
const never = {
  entry: "mchid = '2'",
  posting: 'line = 9',
  seal: 'entries = 2',
  seal_entry: 'seq = 2',
}

const refused = (table: keyof typeof never) => [
  `UPDATE ${table} SET ${never[table]}`,
  `DELETE FROM ${table}`,
  `TRUNCATE ${table} CASCADE`,
  `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
  `DROP TABLE ${table} CASCADE`,
  `DROP TRIGGER ${table}_append_only ON ${table}`,
  `CREATE TRIGGER mine BEFORE INSERT ON ${table} EXECUTE FUNCTION refuse_change()`,
  `SELECT FROM ${table} FOR UPDATE`,
]

test('A-80 the application logs in as a role of its own, which may not touch an entry', async () => {
  const access = await openAccess({ url: own.url })
  expect(access).toMatchObject({ kind: 'login', role: appRoleOf(databaseOf(own.url)), why: null })
  const owner = (await run({ url: own.url }, 'SELECT current_user AS me')).rows[0].me
  const client = new pg.Client(clientConfig(access.connection))
  await client.connect()
  for (const statement of [
    ...tables.flatMap(refused),
    'SET session_replication_role = replica',
    `SET ROLE ${owner}`,
    `SET SESSION AUTHORIZATION ${owner}`,
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS $$ SELECT 1 $$',
    'DELETE FROM migration',
    'DELETE FROM refund',
    'DELETE FROM receipt',
    'CREATE TABLE mine (id text)',
  ]) {
    const ends = expect(client.query(statement), statement).rejects
    await ends.toThrow(/permission denied|must be owner/)
  }
  // What it is there for, it may.
  for (const statement of [
    'SELECT FROM entry',
    'UPDATE product SET stock = 1',
    'DELETE FROM session',
  ])
    await client.query(statement)
  await client.end()
})

test('negative control: the owner of the tables can do each of these once its triggers are off', async () => {
  const fresh = await freshDatabase()
  await run(
    { url: fresh.url },
    `SET session_replication_role = replica;
    INSERT INTO entry VALUES ('e', 's', 't', 1, '1', 1); UPDATE entry SET mchid = '2';
    DELETE FROM entry; TRUNCATE posting`,
  )
  await fresh.drop()
})

test('A-80 triggers alone refuse the owner too, TRUNCATE among it', async () => {
  for (const table of tables) {
    await expect(run({ url: own.url }, `DELETE FROM ${table}`)).rejects.toThrow('append-only')
    await expect(run({ url: own.url }, `TRUNCATE ${table} CASCADE`)).rejects.toThrow('append-only')
  }
})

test('processes that start at once make one role and wait for each other', async () => {
  const fresh = await freshDatabase()
  const all = await Promise.all([1, 2, 3, 4].map(() => openAccess({ url: fresh.url })))
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['login']))
  const other = await openAccess({ url: own.url })
  expect(other.role).not.toBe(all[0]?.role)
  // A role opens its own database and nothing in another.
  const url = new URL('url' in other.connection ? other.connection.url : '')
  url.pathname = new URL(fresh.url).pathname
  await expect(run({ url: url.toString() }, 'SELECT FROM entry')).rejects.toThrow(
    'permission denied',
  )
  await fresh.drop()
})

test('an ordinary owner that may create roles makes one; its role may be taken where it cannot log in', async () => {
  await asOrdinary('CREATEROLE', async (url) => {
    const access = await openAccess({ url })
    expect(access).toMatchObject({ kind: 'login', why: null })
    await expect(run(access.connection, 'DELETE FROM entry')).rejects.toThrow('permission denied')
    await run({ url }, `ALTER ROLE ${access.role} NOLOGIN`)
    const taken = await openAccess({ url }, true)
    expect(taken).toMatchObject({ kind: 'set_role', role: access.role })
    expect(taken.why).toMatch(/not permitted to log in/)
    await expect(run(taken.connection, 'DELETE FROM entry')).rejects.toThrow('permission denied')
  })
})

test('an owner that may not create roles is told so, and one without rights serves as it is', async () => {
  await asOrdinary('', async (url) => {
    const access = await openAccess({ url })
    expect(access).toMatchObject({ kind: 'owner', role: null, connection: { url } })
    expect(access.why).toMatch(/permission denied/)
  })
  const { connection } = await openAccess({ url: own.url })
  expect(await openAccess(connection)).toMatchObject({ kind: 'given', connection })
})

test('looking changes nothing', async () => {
  const fresh = await freshDatabase()
  expect(await openAccess({ url: fresh.url }, true)).toMatchObject({
    kind: 'owner',
    why: expect.stringContaining('is not there'),
  })
  const found = await run(
    { url: fresh.url },
    `SELECT FROM pg_roles WHERE rolname = '${appRoleOf(databaseOf(fresh.url))}'`,
  )
  expect(found.rowCount).toBe(0)
  await fresh.drop()
})

test('a URL that names its host in a parameter, as that of a socket does, is read as well', async () => {
  const given = new URL(own.url)
  const login = `${given.username}${given.password === '' ? '' : `:${given.password}`}`
  const place = new URLSearchParams({ host: given.hostname, port: given.port })
  for (const [name, value] of given.searchParams) place.set(name, value)
  const url = `postgresql://${login}@/${databaseOf(own.url)}?${place}`
  const access = await openAccess({ url })
  expect(access.kind).toBe('login')
  const taken = { url, role: access.role ?? '' }
  const me = async (connection: Connection) =>
    (await run(connection, 'SELECT current_user AS me')).rows[0].me
  expect([await me(access.connection), await me(taken)]).toEqual([access.role, access.role])
})
