// A database as one SQL text that makes it again, without any program of PostgreSQL's.
import type pg from 'pg'
import { getConstructionPlans } from 'pg-boss'
import { bossSchema } from '../../../server/adapters/jobs/boss.ts'
import { migrations } from '../../../server/store/migrate.ts'
import { columnsOf } from './schema.ts'

const rowsPerStatement = 200
const heading = '-- migration '
const headingOfJobs = '-- the job store'
const headingOfRows = '-- rows'

/**
 * The schema as this version makes it, and every row of this database. Rows come in the order of
 * their text, so that the same rows are the same text.
 */
export async function dump(db: pg.Pool): Promise<string> {
  const schema = migrations.map(({ name, sql }) => `${heading}${name}\n${sql.trim()}\n`)
  return [
    'CREATE TABLE migration (name text PRIMARY KEY, applied_at_ms bigint NOT NULL);\n',
    ...schema,
    `${headingOfJobs}\n${getConstructionPlans(bossSchema)}\n`,
    `${headingOfRows}\n${await rowsAsSql(db)}`,
  ].join('\n')
}

/** The migrations of a dump, as they were when it was made. */
export function migrationsIn(text: string): ReadonlyArray<{ name: string; sql: string }> {
  const [schema = ''] = text.split(`\n${headingOfJobs}\n`)
  const parts = schema.split(new RegExp(`^${heading}`, 'm')).slice(1)
  return parts.map((part) => {
    const [name = '', ...lines] = part.split('\n')
    return { name, sql: lines.join('\n').trim() }
  })
}

/** Everything of a dump but its rows. */
export function schemaIn(text: string): string {
  const [schema = ''] = text.split(`\n${headingOfRows}\n`)
  return schema
}

/** The rows of one table, as many as one statement has. */
interface Insert {
  readonly table: string
  readonly columns: readonly string[]
  /** As they were dumped: an array of JSON. */
  readonly rows: string
}

/** The rows of our own tables in a dump; the list of migrations is no row of anybody's. */
function insertsIn(text: string): readonly Insert[] {
  const [, rows] = text.split(`\n${headingOfRows}\n`)
  if (rows === undefined) throw new Error('a dump without rows')
  const form = /^INSERT INTO public\.(\w+) \(([^)]*)\)[^$]*\$rows\$([\s\S]*?)\$rows\$/gm
  const all = [...rows.matchAll(form)].map(([, table = '', list = '', rows = '']) => ({
    ...{ table, rows },
    columns: [...list.matchAll(/\w+/g)].map(([name]) => name),
  }))
  return all.filter(({ table }) => table !== 'migration')
}

/**
 * The rows of a dump for a schema that is there already. `has`: the columns of an older schema,
 * where the rows are to be as it would have held them. For one transaction: all in one text.
 */
export function rowsIn(text: string, has: (column: string) => boolean = () => true): string {
  const statements = insertsIn(text).flatMap(({ table, columns, rows }) => {
    const known = columns.filter((name) => has(`${table}.${name}`))
    const list = known.map((name) => `"${name}"`).join(', ')
    return known.length === 0 ? [] : [insert(`public.${table}`, list, rows)]
  })
  return [quietly, ...statements].join('\n')
}

/** What triggers did is among the rows: none fires again, and no order of tables matters. */
const quietly = "SET LOCAL TIME ZONE 'UTC';\nSET LOCAL session_replication_role = replica;"

/** All rows as statements. */
async function rowsAsSql(db: pg.Pool): Promise<string> {
  const client = await db.connect()
  try {
    await client.query("SET TIME ZONE 'UTC'")
    const statements: string[] = []
    for (const [table, columns] of await tablesOf(db)) {
      const list = columns.map((name) => `"${name}"`).join(', ')
      const rows = await client.query<{ row: string }>(
        `SELECT to_json(t)::text AS row FROM (SELECT ${list} FROM ${table}) t ORDER BY 1`,
      )
      const texts = rows.rows.map(({ row }) => row)
      for (let at = 0; at < texts.length; at += rowsPerStatement) {
        statements.push(
          insert(table, list, `[${texts.slice(at, at + rowsPerStatement).join(',\n')}]`),
        )
      }
    }
    // What the job store made for itself is among the rows too.
    const empty = `DELETE FROM ${bossSchema}.version;`
    return ['BEGIN;', quietly, empty, ...statements, 'COMMIT;\n'].join('\n')
  } finally {
    client.release()
  }
}

function insert(table: string, list: string, rows: string): string {
  if (rows.includes('$rows$')) throw new Error(`a row of ${table} holds the mark of its own end`)
  return `INSERT INTO ${table} (${list}) OVERRIDING SYSTEM VALUE
SELECT ${list} FROM json_populate_recordset(NULL::${table}, $rows$${rows}$rows$);`
}

/** Tables that hold rows themselves, each with the columns that can be written. */
async function tablesOf(db: pg.Pool): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ name: string }>(`
    SELECT n.nspname || '.' || c.relname AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' ORDER BY 1`)
  const real = new Set(rows.map(({ name }) => name))
  const tables = new Map<string, string[]>()
  for (const { schema, table, name, generated } of await columnsOf(db)) {
    const key = `${schema}.${table}`
    if (generated || !real.has(key)) continue
    tables.set(key, [...(tables.get(key) ?? []), name])
  }
  return tables
}
