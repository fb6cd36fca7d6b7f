// Simulator and servers in this process, on a database of their own: what the journeys and the
// attacks drive over HTTP.
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { type Environment, readSettings } from '../../server/config.ts'
import { type RunningServer, startServer } from '../../server/main.ts'
import type { Log } from '../../server/ports/index.ts'
import { openPool } from '../../server/store/database.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts'
import { freshDatabase } from './database.ts'
import { Http } from './http.ts'
import { CollectingLog } from './observers.ts'

export interface Pair {
  readonly server: Http
  /** A second instance on the same database, when it was asked for. */
  readonly other: Http
  readonly simulator: Http
  readonly credentials: RunningSimulator['credentials']
  /** WeChat's own side, keys included, for tests that forge what WeChat would sign. */
  readonly world: RunningSimulator['world']
  /** Looks into the server's database; a test may look, and changes only the catalogue. */
  readonly db: pg.Pool
  readonly databaseUrl: string
  /** The settings of the first server. */
  readonly environment: Environment
  readonly adminKey: string
  /** What all servers logged, before any redaction. */
  readonly log: CollectingLog
  /** One server more, later and perhaps with other settings; the pair's `stop` ends it too. */
  another(more?: Environment): Promise<RunningServer>
  /** Ends the first server; `another` can bring it back on the same port. */
  stopFirst(): Promise<void>
  stop(): Promise<void>
}

/** How WeChat signs for the merchant, and by which keys the servers are told to recognise it. */
export interface Recognition {
  readonly verification: 'certificate' | 'public_key' | 'both'
  /** With `certificate` the servers get no public key and have to download what they need. */
  readonly given: 'certificate' | 'public_key'
}

/** What a test puts in place of the usual. */
export interface PairParts {
  readonly log?: Log
  /** Settings that are known only when the simulator runs; the last word. */
  readonly settings?: (simulator: RunningSimulator, usual: Environment) => Promise<Environment>
  readonly recognition?: Recognition
}

/** Starts one simulator and `instances` servers. */
export async function startPair(
  instances = 1,
  more: Environment = {},
  parts: PairParts = {},
): Promise<Pair> {
  const database = await freshDatabase()
  const simulator = await startSimulator({ port: 0, dataDir: null })
  const { recognition } = parts
  if (recognition !== undefined) await verifyBy(simulator, recognition.verification)
  const given = recognition?.given ?? 'public_key'
  const usual = { ...environmentOf(simulator, database.url, given), ...more }
  const environment = (await parts.settings?.(simulator, usual)) ?? usual
  const servers: RunningServer[] = []
  const log = new CollectingLog()
  const another = async (other: Environment = {}): Promise<RunningServer> => {
    const server = await startServer(readSettings({ ...environment, ...other }), parts.log ?? log)
    servers.push(server)
    return server
  }
  for (let index = 0; index < instances; index += 1) await another()
  const [first, second = first] = servers
  if (first === undefined || second === undefined) throw new Error('no server was started')
  const db = openPool({ url: database.url }, 2)
  await stockUp(db)
  return {
    server: new Http(first.url),
    other: new Http(second.url),
    simulator: new Http(simulator.url),
    credentials: simulator.credentials,
    world: simulator.world,
    db,
    databaseUrl: database.url,
    environment,
    adminKey,
    log,
    another,
    stopFirst: () => first.stop(),
    stop: async () => {
      await db.end()
      for (const server of servers) await server.stop()
      await simulator.stop()
      await database.drop()
    },
  }
}

export const adminKey = `sk_${'a'.repeat(40)}`
/** The key of a second operator, for pairs that are started with it. */
export const approverKey = `sk_${'p'.repeat(40)}`

/** Registers the seeded merchant again, with another way of signing. */
async function verifyBy(
  simulator: RunningSimulator,
  verification: Recognition['verification'],
): Promise<void> {
  const { mchid, appid, apiv3_key, certificate } = simulator.credentials
  const body = { mchid, appids: [appid], apiv3_key, certificate, verification }
  const { status, text } = await new Http(simulator.url).post('/_sim/merchants', body)
  if (status !== 201) throw new Error(`the merchant could not be registered: ${text}`)
}

export function environmentOf(
  simulator: RunningSimulator,
  databaseUrl: string,
  given: Recognition['given'],
): Environment {
  const c = simulator.credentials
  const publicKey = { WECHATPAY_PUBLIC_KEY_ID: c.public_key_id, WECHATPAY_PUBLIC_KEY: c.public_key }
  return {
    MINITILL_ENV: 'development',
    MINITILL_PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1:0',
    MINITILL_SIMULATOR_URL: simulator.url,
    DATABASE_URL: databaseUrl,
    MINITILL_ADMIN_KEY: adminKey,
    WECHAT_APPID: c.appid,
    WECHAT_APP_SECRET: c.app_secret,
    WECHATPAY_MCHID: c.mchid,
    WECHATPAY_SERIAL_NO: c.serial_no,
    WECHATPAY_PRIVATE_KEY: c.private_key,
    WECHATPAY_APIV3_KEY: c.apiv3_key,
    ...(given === 'public_key' ? publicKey : {}),
  }
}

/** A catalogue whose numbers are easy to count with. */
export async function stockUp(db: pg.Pool): Promise<void> {
  await db.query(`
    INSERT INTO product (id, name, description, price_fen, currency, stock, image_url, active,
      position, updated_at_ms)
    VALUES ('tea', '龙井', '', 990, 'CNY', 10, '', true, 1, 0),
           ('cup', 'Cup 🍵', '', 2500, 'CNY', NULL, '', true, 2, 0)
    ON CONFLICT (id) DO UPDATE SET stock = excluded.stock, price_fen = excluded.price_fen,
      name = excluded.name, active = true`)
}

/** Looks until it is so, in real time; fails with what it last saw. */
export async function until<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  limitMs = 8_000,
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (performance.now() > end)
      throw new Error(`not within ${limitMs} ms: ${JSON.stringify(seen)}`)
    await pause(25)
  }
}
