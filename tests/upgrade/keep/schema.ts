// What a database is made of, as lines of text that can be compared.
import type pg from 'pg'

/** Ours, and that of the job store. */
const schemas = ['public', 'pgboss']

/** In the development pair its body is the simulator's offset, which is no part of the schema. */
const moved = 'job_now'

/** The job store's tables of a day; nothing of ours is in them. */
const ofOneDay = '^queue_stats_[0-9]'

const columnsSql = `
  SELECT n.nspname AS schema, c.relname AS table, a.attname AS name,
    format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
    pg_get_expr(d.adbin, d.adrelid) AS "default", a.attgenerated <> '' AS generated
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND c.relname !~ $2
  ORDER BY 1, 2, a.attname`

export interface Column {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly type: string
  /** NOT NULL. */
  readonly required: boolean
  readonly default: string | null
  readonly generated: boolean
}

/** Every column of every table, by name. */
export async function columnsOf(db: Pick<pg.ClientBase, 'query'>): Promise<readonly Column[]> {
  return (await db.query<Column>(columnsSql, [schemas, ofOneDay])).rows
}

const restSql = `
  SELECT line FROM (SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(k.oid)
    AS line FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
    WHERE n.nspname = ANY ($1) AND conrelid <> 0
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = ANY ($1)
  UNION ALL SELECT pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1) AND NOT t.tgisinternal
  UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n
    ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1) AND p.prokind = 'f' AND p.proname <> $2
  ) AS lines WHERE line !~ 'queue_stats_[0-9]' ORDER BY 1`

/** Tables, constraints, indexes, triggers and functions. */
export async function schemaOf(db: pg.Pool): Promise<readonly string[]> {
  const columns = (await columnsOf(db)).map((column) => Object.values(column).join(' '))
  const rest = await db.query<{ line: string }>(restSql, [schemas, moved])
  return [...columns, ...rest.rows.map(({ line }) => line)]
}
