// A whole world as one JSON document: written by an export, read and examined by an import.
import { z } from 'zod'
import type { Seed, SeedCredentials } from './seed.ts'
import { type App, type Change, type Merchant, TABLE_NAMES, type TableName } from './state.ts'
import type { World } from './world.ts'
import { SHAPES } from './world-shapes.ts'

export const DOCUMENT_FORMAT = 'minitill-world'
export const DOCUMENT_VERSION = 1
const DEEPEST = 16

type Pair = readonly [key: string, value: unknown]

/** A value that stayed at home: an import keeps the one it has, or goes without. */
interface Withheld {
  readonly table: 'apps' | 'merchants'
  readonly key: string
  readonly field: string
}

export interface WorldDocument {
  readonly format: typeof DOCUMENT_FORMAT
  readonly version: number
  /** The simulated time at the export. */
  readonly now_ms: number
  /** The merchant's side of the seeded parties; all of it is marked as for development. */
  readonly credentials: SeedCredentials
  readonly withheld: readonly Withheld[]
  /** Pairs of key and entity, oldest first. */
  readonly tables: Readonly<Record<string, readonly Pair[]>>
}

const SECRETS = {
  apps: ['secret', 'messageToken', 'messageAesKey'],
  merchants: ['apiv3Key'],
} as const

/** What an entity holds of its owner's own secrets: not those that came from the seed. */
function ownSecrets(table: TableName, value: unknown, seed: Seed): readonly string[] {
  if (table !== 'apps' && table !== 'merchants') return []
  const given = Object.values(seed.credentials) as readonly unknown[]
  const entity = value as Readonly<Record<string, unknown>>
  return SECRETS[table].filter((field) => entity[field] !== null && !given.includes(entity[field]))
}

/**
 * Writes a world down. Without `secrets` the keys and secrets of parties that somebody registered
 * are withheld; those of the seed are marked and always included.
 */
export function writeDocument(world: World, seed: Seed, secrets: boolean): WorldDocument {
  const withheld: Withheld[] = []
  const pairOf = (table: TableName, key: string, value: unknown): Pair => {
    const fields = secrets ? [] : ownSecrets(table, value, seed)
    if (fields.length === 0 || (table !== 'apps' && table !== 'merchants')) return [key, value]
    for (const field of fields) withheld.push({ table, key, field })
    const gone = fields.map((field) => [field, field === 'secret' ? '' : null])
    return [key, { ...(value as object), ...Object.fromEntries(gone) }]
  }
  const tables = TABLE_NAMES.map((table) => [
    table,
    world.entries(table).map(([key, value]) => pairOf(table, key, value)),
  ])
  return {
    format: DOCUMENT_FORMAT,
    version: DOCUMENT_VERSION,
    now_ms: world.nowMs(),
    credentials: seed.credentials,
    withheld,
    tables: Object.fromEntries(tables),
  }
}

const documentShape = z.strictObject({
  format: z.literal(DOCUMENT_FORMAT),
  version: z.literal(DOCUMENT_VERSION),
  now_ms: z.number().finite().min(0).max(8_640_000_000_000_000),
  credentials: z.record(z.string(), z.string()),
  withheld: z
    .array(
      z.strictObject({
        table: z.enum(['apps', 'merchants']),
        key: z.string(),
        field: z.enum([...SECRETS.apps, ...SECRETS.merchants]),
      }),
    )
    .max(1000),
  tables: z.record(z.string(), z.array(z.tuple([z.string().max(512), z.unknown()]))),
})

export interface ReadWorld {
  readonly nowMs: number
  readonly credentials: Readonly<Record<string, string>>
  readonly entities: readonly Change[]
}

export type DocumentRead =
  | { readonly ok: true; readonly world: ReadWorld }
  | { readonly ok: false; readonly field: string; readonly message: string }

function no(field: string, message: string): DocumentRead {
  return { ok: false, field, message }
}

function tooDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false
  return left === 0 || Object.values(value).some((inner) => tooDeep(inner, left - 1))
}

function issueText(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`.trim()
}

type Entities =
  | { readonly ok: true; readonly entities: Change[] }
  | Extract<DocumentRead, { ok: false }>

function readTables(tables: Readonly<Record<string, readonly Pair[]>>): Entities {
  const entities: Change[] = []
  for (const [table, pairs] of Object.entries(tables)) {
    const known = TABLE_NAMES.find((one) => one === table)
    if (known === undefined) {
      return { ok: false, field: `tables.${table}`, message: 'is no table of this version' }
    }
    const shape = SHAPES[known] ?? z.unknown()
    for (const [key, value] of pairs) {
      const field = `tables.${table}.${key}`
      if (tooDeep(value)) return { ok: false, field, message: 'is nested too deeply' }
      const read = shape.safeParse(value)
      if (!read.success) return { ok: false, field, message: issueText(read.error) }
      if (read.data == null) return { ok: false, field, message: 'must not be null' }
      entities.push([known, key, read.data])
    }
  }
  return { ok: true, entities }
}

/** What an entity names must be there too: the first name that is not. */
function dangling(entities: readonly Change[]): { field: string; message: string } | null {
  const keys = new Map<string, Set<string>>()
  for (const [table, key] of entities) {
    const own = keys.get(table) ?? new Set()
    keys.set(table, own.add(key))
  }
  const has = (table: TableName, key: unknown) => keys.get(table)?.has(String(key)) === true
  const named: Readonly<Partial<Record<TableName, (value: never) => readonly Pair[]>>> = {
    meta: (one: { defaultAppid: string; defaultMchid: string; defaultPerson: string }) => [
      ['apps', one.defaultAppid],
      ['merchants', one.defaultMchid],
      ['people', one.defaultPerson],
    ],
    trades: (one: { mchid: string; appid: string }) => [
      ['merchants', one.mchid],
      ['apps', one.appid],
    ],
    openids: (person: string) => [['people', person]],
    prepays: (one: { trade: string }) => [['trades', one.trade]],
    refunds: (one: { trade: string }) => [['trades', one.trade]],
    transactions: (trade: string) => [['trades', trade]],
    notifications: (one: { mchid: string }) => [['merchants', one.mchid]],
    shipments: (one: { trade: string; appid: string }) => [
      ['trades', one.trade],
      ['apps', one.appid],
    ],
    tradeDesks: (one: { appid: string }) => [['apps', one.appid]],
    pushes: (one: { appid: string }) => [['apps', one.appid]],
    templates: (one: { appid: string }) => [['apps', one.appid]],
    messages: (one: { appid: string; person: string }) => [
      ['apps', one.appid],
      ['people', one.person],
    ],
  }
  for (const [table, key, value] of entities) {
    for (const [where, name] of named[table]?.(value as never) ?? []) {
      if (has(where as TableName, name)) continue
      const message = `names ${String(name)}, which is not among ${where}`
      return { field: `tables.${table}.${key}`, message }
    }
  }
  return null
}

/** Secrets that stayed at home are those that this world has for the same party, or none. */
function withSecrets(
  entities: readonly Change[],
  withheld: readonly Withheld[],
  present: World,
): readonly Change[] {
  return entities.map(([table, key, value]): Change => {
    const mine = withheld.filter((one) => one.table === table && one.key === key)
    if (mine.length === 0) return [table, key, value]
    const known = present.get(table, key) as Readonly<Record<string, unknown>> | undefined
    const back = mine.flatMap(({ field }) => (known === undefined ? [] : [[field, known[field]]]))
    return [table, key, { ...(value as App | Merchant), ...Object.fromEntries(back) }]
  })
}

/** Examines a document; nothing is changed. The first thing that is wrong is named. */
export function readDocument(input: unknown, present: World): DocumentRead {
  const document = documentShape.safeParse(input)
  if (!document.success) {
    const [issue] = document.error.issues
    if (issue?.code === 'unrecognized_keys') {
      return no(issue.keys.map(String).join(', '), 'is no field of a world')
    }
    const field = issue?.path.slice(0, 4).map(String).join('.') || 'body'
    if (field === 'format' || field === 'body') {
      return no(field, 'this is no world; GET /_sim/world exports one')
    }
    if (field === 'version') return no(field, `this simulator reads version ${DOCUMENT_VERSION}`)
    return no(field, issue?.message ?? 'is not as an export writes it')
  }
  const { tables, withheld, credentials, now_ms: nowMs } = document.data
  const read = readTables(tables)
  if (!read.ok) return read
  if (!read.entities.some(([table, key]) => table === 'meta' && key === 'world')) {
    return no('tables.meta', 'lacks the entry "world"')
  }
  const missing = dangling(read.entities)
  if (missing !== null) return no(missing.field, missing.message)
  const entities = withSecrets(read.entities, withheld, present)
  return { ok: true, world: { nowMs, credentials, entities } }
}
