// PGlite over the wire protocol, synchronously: a statement awaits nothing, so that nothing but the
// scheduler decides who goes next. Parameters and rows pass through the code of `pg` itself.
import { PGlite, protocol } from '@electric-sql/pglite'
import pgUtils from 'pg/lib/utils.js'
import { clientConfig } from '../../../server/store/database.ts'
import { inDatabase } from './ambient.ts'

const { serialize, Parser } = protocol

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
  readonly dataTypeID: number
}

interface Message {
  readonly name: string
  readonly text?: string
  readonly fields?: unknown[]
  readonly message?: string
  readonly code?: string
  readonly constraint?: string
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

const { types } = clientConfig({ url: '' })

export class SyncPostgres {
  readonly #pglite: PGlite
  readonly #parser = new Parser()
  readonly #names = new Map<string, string>()

  private constructor(pglite: PGlite) {
    this.#pglite = pglite
  }

  static async open(): Promise<SyncPostgres> {
    const postgres = new SyncPostgres(await PGlite.create({ startParams }))
    postgres.script("SET timezone = 'UTC'; SET plan_cache_mode = force_generic_plan")
    return postgres
  }

  /** Several statements without parameters; the rows of all of them, the tag of the last. */
  script(sql: string): SqlResult {
    return collected(this.#send([serialize.query(sql)]))
  }

  /** One statement, prepared when it is first seen; several without parameters are a script. */
  query(sql: string, values: readonly unknown[] = []): SqlResult {
    if (values.length === 0 && /;\s*\S/.test(sql)) return this.script(sql)
    const known = this.#names.get(sql)
    const name = known ?? `s${this.#names.size}`
    const parse = known === undefined ? [serialize.parse({ name, text: sql })] : []
    const bind = serialize.bind({
      statement: name,
      values: values.map((value) => pgUtils.prepareValue(value)) as never,
    })
    const describe = serialize.describe({ type: 'P' })
    const parts = [...parse, bind, describe, serialize.execute({}), serialize.sync()]
    // It is prepared as soon as it was parsed, even when binding it failed.
    return collected(this.#send(parts, () => this.#names.set(sql, name)))
  }

  /** PGlite keeps every message of synchronous calls until its own interface is used once. */
  async breathe(): Promise<void> {
    await this.#pglite.query('SELECT 1')
  }

  #send(parts: readonly ArrayBufferView[], parsed: () => void = () => {}): readonly Message[] {
    const messages: Message[] = []
    const bytes = joined(parts)
    inDatabase(() => {
      this.#parser.parse(this.#pglite.execProtocolRawSync(bytes) as never, (message) => {
        messages.push(message as unknown as Message)
      })
    })
    if (messages.some(({ name }) => name === 'parseComplete')) parsed()
    const failed = messages.find(({ name }) => name === 'error')
    if (failed === undefined) return messages
    throw new SqlError(failed.message ?? '', failed.code ?? '', failed.constraint)
  }
}

function joined(parts: readonly ArrayBufferView[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
  )
}

function collected(messages: readonly Message[]): SqlResult {
  let fields: readonly Field[] = []
  let command = ''
  let rowCount = 0
  const rows: Record<string, unknown>[] = []
  for (const { name, fields: parts = [], text = '' } of messages) {
    if (name === 'rowDescription') fields = parts as Field[]
    if (name === 'dataRow') rows.push(rowOf(fields, parts as (string | null)[]))
    if (name !== 'commandComplete') continue
    const words = text.split(' ')
    command = words[0] ?? ''
    rowCount = Number(words.at(-1)) || 0
  }
  return { command, rowCount, rows }
}

/** The same parsers as the pool of the server: int8 as a safe number, bytea as a Buffer. */
function rowOf(fields: readonly Field[], values: readonly (string | null)[]) {
  const pairs = fields.map(({ name, dataTypeID }, at) => {
    const text = values[at] ?? null
    const parse = types?.getTypeParser(dataTypeID, 'text')
    return [name, text === null || parse === undefined ? text : parse(text)] as const
  })
  return Object.fromEntries(pairs)
}
