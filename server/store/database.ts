import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { answeredWithin } from './answered-client.ts'
import { throwKnown } from './away.ts'
import type { Schema } from './schema.ts'

/** Where the database is: a URL (DATABASE_URL) or the embedded server's socket. */
export type Connection = (
  | { readonly url: string }
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly password: string
      readonly database: string
    }
) & {
  /** A role that each connection takes on as it begins; see access.ts. */
  readonly role?: string
}

export type Database = Kysely<Schema>

const int8 = 20

/** int8 as a number: amounts in fen and milliseconds are far below 2^53; anything else is a bug. */
export function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 out of the safe range: ${text}`)
  return value
}

/** Options for every pool and client of ours, so that all give the same JavaScript types. */
export function clientConfig(connection: Connection): pg.ClientConfig {
  return {
    ...whereOf(connection),
    application_name: 'minitill',
    connectionTimeoutMillis: 5_000,
    // The server ends what we no longer wait for; a transaction that forgot itself ends before that,
    // so that whoever waits for its locks outlasts it: one frozen process must not keep others away.
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 10_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 ? safeInteger : pg.types.getTypeParser(oid, format as 'text'),
    },
  }
}

function whereOf({ role, ...place }: Connection): pg.ClientConfig {
  const option = role === undefined ? '' : `-c role=${role}`
  if (!('url' in place))
    return { ...place, ssl: false, ...(option === '' ? {} : { options: option }) }
  if (option === '') return { connectionString: place.url }
  const given = urlOf(place.url)?.searchParams.get('options')
  const options = given ? `${given} ${option}` : option
  return { connectionString: withParameters(place.url, { options }) }
}

/** A database URL as it is read by the driver: one without a host is none for the standard. */
export function urlOf(text: string): URL | null {
  return URL.parse(text) ?? URL.parse(text.replace('@/', '@socket/'))
}

/** Parameters at the end go before what the URL says in front of them. */
export function withParameters(text: string, parameters: Record<string, string>): string {
  return `${text}${text.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`
}

/** A pool that says StoreAway when there is nobody to connect to. */
class TellingPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>
  override connect(told: Parameters<pg.Pool['connect']>[0]): void
  override connect(told?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
    if (told === undefined) return super.connect().catch(throwKnown)
    super.connect(told)
    return undefined
  }
}

/** The server ends a statement before; what has not come by then is lost on its way. */
const answerMs = 20_000

/**
 * A pool of connections; `size` bounds how many requests reach the database at once. A connection
 * over which no answer comes is given up, with whoever waited for it.
 */
export function openPool(connection: Connection, size: number, withinMs = answerMs): pg.Pool {
  const pool = new TellingPool({
    ...clientConfig(connection),
    max: size,
    idleTimeoutMillis: 30_000,
    Client: answeredWithin(withinMs),
  })
  // A connection that breaks while nobody uses it (the database restarts) is thrown away by the
  // pool; without a listener its error would end the process. Whoever uses one gets the error.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  return pool
}

export function openDatabase(pool: pg.Pool): Database {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
