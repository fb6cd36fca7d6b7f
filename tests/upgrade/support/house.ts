// A kept release taken up again: its database, the WeChat that it knew, and servers of both versions.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, readSettings } from '../../../server/config.ts'
import { startServer } from '../../../server/main.ts'
import { type RunningSimulator, startSimulator } from '../../../simulator/index.ts'
import { freePort, plainEnvironment } from '../../process/support.ts'
import { Http } from '../../support/http.ts'
import { CollectingLog } from '../../support/observers.ts'
import { adminKey, environmentOf, type Pair, until } from '../../support/pair.ts'
import { unpackProgram } from '../keep/program.ts'
import { readProgram, readRelease } from '../keep/release.ts'
import { databaseFrom } from './databases.ts'

const nobody = new Http('http://127.0.0.1:9')

export class House {
  /** `server` is the present code, `other` the release's own; each once it was started. */
  readonly pair: Pair
  /** The header of a person who was logged in when the release was kept. */
  readonly authorization: string
  readonly #version: string
  readonly #folder: string
  readonly #environment: Environment
  #old: ChildProcess | null = null

  private constructor(
    parts: { version: string; folder: string; authorization: string },
    environment: Environment,
    pair: Pair,
  ) {
    this.#version = parts.version
    this.#folder = parts.folder
    this.authorization = parts.authorization
    this.#environment = environment
    this.pair = pair
  }

  /** Nothing serves yet, and the database is as the release left it. */
  static async open(version: string): Promise<House> {
    const { database, beside } = readRelease(version)
    const old = await databaseFrom(database)
    const simulator = await startSimulator({ port: 0, dataDir: null })
    const reply = await new Http(simulator.url).post('/_sim/world', beside.world)
    if (reply.status !== 200) throw new Error(`the world of ${version} is refused: ${reply.text}`)
    const folder = mkdtempSync(join(tmpdir(), 'minitill-upgrade-'))
    const file = join(folder, 'parties.json')
    writeFileSync(file, JSON.stringify(beside.parties), { mode: 0o600 })
    const usual = environmentOf(simulator, old.url, 'public_key')
    const named = Object.entries(usual).filter(([name]) => !/^WECHAT(PAY)?_/.test(name))
    const environment = { ...Object.fromEntries(named), MINITILL_CONFIG: file }
    const servers: Array<{ stop(): Promise<void> }> = []
    const log = new CollectingLog()
    const house: House = new House(
      { version, folder, authorization: beside.authorization },
      environment,
      {
        ...{ server: nobody, other: nobody, simulator: new Http(simulator.url) },
        credentials: beside.world.credentials as unknown as RunningSimulator['credentials'],
        ...{
          world: simulator.world,
          db: old.pool,
          databaseUrl: old.url,
          environment,
          adminKey,
          log,
        },
        another: async (more: Environment = {}) => {
          const server = await startServer(readSettings({ ...environment, ...more }), log)
          servers.push(server)
          return server
        },
        stopFirst: async () => await servers.shift()?.stop(),
        stop: async () => {
          await house.stopOld()
          for (const server of servers) await server.stop()
          await simulator.stop()
          await old.drop()
          rmSync(folder, { recursive: true, force: true })
        },
      },
    )
    return house
  }

  /** Starts the present code, which migrates what it finds. */
  async startNew(more: Environment = {}): Promise<void> {
    const { url } = await this.pair.another(more)
    Object.assign(this.pair, { server: new Http(url) })
  }

  /** Starts the release's own program on the same database. */
  async startOld(): Promise<void> {
    const program = unpackProgram(readProgram(this.#version), this.#folder)
    const url = `http://127.0.0.1:${await freePort()}`
    const own = { MINITILL_PORT: new URL(url).port, PUBLIC_URL: url }
    const child = fork(program, [], {
      cwd: this.#folder,
      env: { ...plainEnvironment(), ...this.#environment, ...own },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said = `${said}${chunk}`.slice(-5_000)
      })
    }
    this.#old = child
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`the old server ended: ${said}`)
        return said.includes('server listening')
      },
      (listens) => listens,
      30_000,
    )
    Object.assign(this.pair, { other: new Http(url) })
  }

  /** Lets the old one end its work, as a deployment does. */
  async stopOld(): Promise<void> {
    const child = this.#old
    this.#old = null
    if (child === null || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
}
