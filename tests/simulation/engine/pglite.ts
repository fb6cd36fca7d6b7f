// PGlite over the wire protocol, synchronously: a statement awaits nothing, so that nothing but the
// scheduler decides who goes next. Parameters and rows pass through the code of `pg` itself.
import { PGlite } from '@electric-sql/pglite'
import pgUtils from 'pg/lib/utils.js'
import type { BackendMessage } from 'pg-protocol/dist/messages.js'
import { Parser } from 'pg-protocol/dist/parser.js'
import { serialize } from 'pg-protocol/dist/serializer.js'
import { clientConfig } from '../../../server/store/database.ts'
import { inDatabase } from './ambient.ts'

/** What the database answers, in the shape of `pg`. */
export interface SqlResult {
  readonly command: string
  readonly rowCount: number
  readonly rows: Record<string, unknown>[]
}

/** An error of PostgreSQL, as `pg` throws it. */
export class SqlError extends Error {
  readonly code: string
  readonly constraint: string | undefined
  constructor(message: string, code: string, constraint?: string) {
    super(message)
    this.name = 'error'
    this.code = code
    this.constraint = constraint
  }
}

interface Field {
  readonly name: string
  readonly parse: ((text: string) => unknown) | undefined
}

/** A statement that was prepared, and what its rows are made of. */
interface Prepared {
  readonly name: string
  fields: readonly Field[] | null
}

/** PGlite's own, and less log of changes that nobody will ever recover. */
const startParams = [
  ...PGlite.defaultStartParams,
  ...[
    'full_page_writes=off',
    'synchronous_commit=off',
    'wal_level=minimal',
    'max_wal_senders=0',
  ].flatMap((setting) => ['-c', setting]),
]

/**
 * A plan is made once, mostly while its tables are empty, when reading all of one looks cheapest. A
 * run fills them: what has an index goes by the index from the beginning. And nobody reads
 * statistics, which would be written once each simulated second.
 */
const settings = `SET timezone = 'UTC'; SET plan_cache_mode = force_generic_plan;
  SET enable_seqscan = off; SET track_counts = off`

const { types } = clientConfig({ url: '' })

export class SyncPostgres {
  readonly #pglite: PGlite
  readonly #parser = new Parser()
  readonly #prepared = new Map<string, Prepared>()

  private constructor(pglite: PGlite) {
    this.#pglite = pglite
  }

  static async open(): Promise<SyncPostgres> {
    const postgres = new SyncPostgres(await PGlite.create({ startParams }))
    postgres.script(settings)
    return postgres
  }

  /** Several statements without parameters; the rows of all of them, the tag of the last. */
  script(sql: string): SqlResult {
    const answer = new Answer(null)
    this.#send(serialize.query(sql), answer)
    return answer.result()
  }

  /** One statement, prepared when it is first seen; several without parameters are a script. */
  query(sql: string, values: readonly unknown[] = []): SqlResult {
    const known = this.#prepared.get(sql)
    if (known === undefined && values.length === 0 && /;\s*\S/.test(sql)) return this.script(sql)
    const prepared = known ?? { name: `s${this.#prepared.size}`, fields: null }
    const { name } = prepared
    const bind = serialize.bind({
      statement: name,
      values: values.map((value) => pgUtils.prepareValue(value)),
    })
    // What its rows are made of was told when it was first run.
    const told = prepared.fields !== null
    const parts = [
      ...(known === undefined ? [serialize.parse({ name, text: sql })] : []),
      bind,
      ...(told ? [] : [serialize.describe({ type: 'P' })]),
      serialize.execute({}),
      serialize.sync(),
    ]
    const answer = new Answer(prepared.fields)
    try {
      this.#send(Buffer.concat(parts), answer)
      prepared.fields = answer.fields
    } finally {
      // It is prepared as soon as it was parsed, even when binding it failed.
      if (answer.parsed) this.#prepared.set(sql, prepared)
    }
    return answer.result()
  }

  /** PGlite keeps every message of synchronous calls until its own interface is used once. */
  async breathe(): Promise<void> {
    await this.#pglite.query('SELECT 1')
  }

  #send(bytes: Buffer, answer: Answer): void {
    inDatabase(() => {
      // It has run when the call returns: what it would wait for is its file system, which is none.
      const onRawData = (raw: Uint8Array) => {
        // A copy: what is left of a message that came in parts would be written over.
        this.#parser.parse(Buffer.from(raw), (message) => answer.take(message))
      }
      void this.#pglite.execProtocolRawStream(bytes, { syncToFs: false, onRawData })
    })
    if (answer.error !== null) throw answer.error
  }
}

/** The messages that follow one request. */
class Answer {
  fields: readonly Field[] | null
  parsed = false
  error: SqlError | null = null
  #command = ''
  #rowCount = 0
  readonly #rows: Record<string, unknown>[] = []

  constructor(fields: readonly Field[] | null) {
    this.fields = fields
  }

  take(message: BackendMessage): void {
    const { name, text, fields } = message as BackendMessage & {
      readonly text: string
      readonly fields: never
    }
    if (name === 'dataRow') this.#rows.push(rowOf(this.fields ?? [], fields))
    else if (name === 'rowDescription') this.fields = fieldsOf(fields)
    else if (name === 'noData') this.fields = []
    else if (name === 'parseComplete') this.parsed = true
    else if (name === 'error') {
      const { message: why, code, constraint } = message as unknown as SqlError
      this.error ??= new SqlError(why, code, constraint)
    } else if (name === 'commandComplete') {
      this.#command = text.slice(0, `${text} `.indexOf(' '))
      this.#rowCount = Number(text.slice(text.lastIndexOf(' ') + 1)) || 0
    }
  }

  result(): SqlResult {
    return { command: this.#command, rowCount: this.#rowCount, rows: this.#rows }
  }
}

/** The same parsers as the pool of the server: int8 as a safe number, bytea as a Buffer. */
function fieldsOf(
  told: readonly { readonly name: string; readonly dataTypeID: number }[],
): readonly Field[] {
  return told.map(({ name, dataTypeID }) => ({
    name,
    parse: types?.getTypeParser(dataTypeID, 'text') as Field['parse'],
  }))
}

function rowOf(fields: readonly Field[], values: readonly (string | null)[]) {
  const row: Record<string, unknown> = {}
  for (let at = 0; at < fields.length; at += 1) {
    const { name, parse } = fields[at] as Field
    const text = values[at] ?? null
    row[name] = text === null || parse === undefined ? text : parse(text)
  }
  return row
}
