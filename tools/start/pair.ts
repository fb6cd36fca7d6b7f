import { openDataFolder } from '../../server/store/embedded/place.ts'
import { type EmbeddedDatabase, openEmbedded } from '../../server/store/embedded.ts'
import { type Child, isRunning, startChild, stopChild } from './child.ts'
import { writeEnvironment } from './environment.ts'
import { configureMessages } from './messages.ts'
import { stalePages } from './pages.ts'
import { configurePush } from './push.ts'
import { needPort, reachable, waitReady } from './ready.ts'
import { programPath, type Rooms } from './rooms.ts'
import { type Environment, type PairSettings, StartError } from './settings.ts'

const SERVER_DRAIN_MS = 6_000
const SIMULATOR_DRAIN_MS = 2_000

/** Prints one line for the person. */
export type Say = (line: string) => void

/**
 * The development pair: the embedded PostgreSQL, the simulator and the server, in that order, and
 * stopped in the opposite one. Anything that ends by itself ends all.
 */
export class Pair {
  readonly #settings: PairSettings
  readonly #env: Environment
  readonly #holder: string
  readonly #rooms: Rooms
  readonly #stop = new AbortController()
  #database: EmbeddedDatabase | null = null
  #children: Child[] = []

  constructor(settings: PairSettings, env: Environment, holder: string, rooms: Rooms) {
    this.#rooms = rooms
    this.#settings = settings
    this.#env = env
    this.#holder = holder
  }

  /** Asks the pair to stop; `run` then drains it and returns. May be called more than once. */
  stop(): void {
    this.#stop.abort()
  }

  /**
   * Runs until told to stop.
   * @throws StartError or EmbeddedError with one clear line, when all has been stopped again
   */
  async run(say: Say): Promise<void> {
    const told = new Promise<null>((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(null), { once: true })
    })
    try {
      await this.#start(say)
      const failed = await Promise.race([told, this.#anyEnd()])
      if (failed !== null && !this.#stop.signal.aborted) throw new StartError(failed)
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    } finally {
      await this.#drain()
    }
  }

  async #start(say: Say): Promise<void> {
    const { host, serverPort, simulatorPort, proxyPort, dataDir } = this.#settings
    openDataFolder(dataDir)
    const pages = this.#buildPages(say)
    const database = await this.#openDatabase()
    await needPort('MINITILL_PORT', host, serverPort)
    await needPort('MINITILL_SIMULATOR_PORT', host, simulatorPort)
    if (proxyPort !== 0) await needPort('MINITILL_PROXY_PORT', host, proxyPort)
    const seed = await this.#rooms.seed(`${dataDir}/simulator`)
    const { path, variables } = writeEnvironment(this.#settings, seed)
    if ((await Promise.race([pages, this.#aborted()])) === 'failed') {
      throw new StartError(`a page could not be built: see ${dataDir}/logs/pages.log`)
    }
    const env: Environment = {
      ...variables,
      ...this.#env,
      MINITILL_HOST: host,
      MINITILL_DATA_DIR: dataDir,
    }
    const caFile = `${dataDir}/simulator/proxy-ca.pem`
    const simulator = `http://${reachable(host)}:${simulatorPort}`
    const server = `http://${reachable(host)}:${serverPort}`
    await this.#startOne('simulator', simulator, {
      ...env,
      MINITILL_SIMULATOR_PORT: String(simulatorPort),
      MINITILL_PROXY_PORT: String(proxyPort),
    })
    await this.#startOne('server', server, {
      ...env,
      MINITILL_PORT: String(serverPort),
      DATABASE_URL: database,
    })
    const troubles = [
      await configurePush(simulator, server, seed),
      await configureMessages(simulator, env['MINITILL_SUBSCRIBE_MESSAGES']),
    ]
    for (const trouble of troubles) if (trouble !== null) say(trouble)
    if (this.#database !== null) say(`database     ${this.#database.place}`)
    say(`keys         ${path}`)
    if (proxyPort !== 0)
      say(`proxy        http://${reachable(host)}:${proxyPort}, its CA ${caFile}`)
    say('minitill ready')
    say(`phone        ${simulator}/`)
    say(`inspector    ${simulator}/#/inspector`)
    say(`console      ${server}/console`)
    say(`API docs     ${server}/docs`)
  }

  async #openDatabase(): Promise<string> {
    if (this.#settings.databaseUrl !== null) return this.#settings.databaseUrl
    const { dataDir } = this.#settings
    this.#database = await openEmbedded({ dataDir, role: 'owner', holder: this.#holder })
    return connectionUrl(this.#database.connection)
  }

  /** A page that is missing or old is built while the database starts. */
  #buildPages(say: Say): Promise<string> {
    if (stalePages().length === 0) return Promise.resolve('built')
    say('building the pages, once')
    const program = programPath('tools/start/pages')
    const child = startChild('pages', program, { ...process.env }, this.#settings.dataDir)
    this.#children.push(child)
    return child.ended.then(() => {
      this.#children = this.#children.filter((other) => other !== child)
      return child.process.exitCode === 0 ? 'built' : 'failed'
    })
  }

  async #startOne(name: string, url: string, env: Record<string, string | undefined>) {
    this.#stop.signal.throwIfAborted()
    const child = startChild(name, this.#rooms.program(`${name}/main`), env, this.#settings.dataDir)
    this.#children.push(child)
    const ended = this.#anyEnd().then((reason) => Promise.reject(new StartError(reason)))
    await Promise.race([waitReady(name, url, this.#stop.signal), ended, this.#aborted()])
  }

  #aborted(): Promise<never> {
    const { signal } = this.#stop
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }

  #anyEnd(): Promise<string> {
    const ends = this.#children.map((child) => child.ended)
    return Promise.race(this.#database === null ? ends : [...ends, this.#database.lost])
  }

  /** First the server, which may still talk to the simulator, then that, then the database. */
  async #drain(): Promise<void> {
    const limits = new Map([['server', SERVER_DRAIN_MS]])
    for (const child of this.#children.toReversed()) {
      if (isRunning(child)) await stopChild(child, limits.get(child.name) ?? SIMULATOR_DRAIN_MS)
    }
    await this.#database?.stop()
  }
}

/** A connection as one text; the socket's folder goes into the query, where node-postgres reads it. */
export function connectionUrl(connection: EmbeddedDatabase['connection']): string {
  const { host, port, user, password, database } = connection
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  if (!host.startsWith('/')) return `postgresql://${login}@${host}:${port}/${database}`
  return `postgresql://${login}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
}
