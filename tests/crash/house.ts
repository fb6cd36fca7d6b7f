// Simulator in this process, PostgreSQL, and one server after the other in processes of their own:
// when one is killed, the next, loaded already, takes its port.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Environment } from '../../server/config.ts'
import { openPool } from '../../server/store/database.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts'
import { freePort, plainEnvironment } from '../process/support.ts'
import { freshDatabase } from '../support/database.ts'
import { Http } from '../support/http.ts'
import { CollectingLog } from '../support/observers.ts'
import { adminKey, approverKey, environmentOf, type Pair, stockUp, until } from '../support/pair.ts'
import { PatientHttp } from './patient-http.ts'

const patienceMs = 20_000

/** More than any refund here but the ones that are to wait. */
const secondPerson = { MINITILL_APPROVE_REFUNDS_FROM: '9000', MINITILL_APPROVER_KEY: approverKey }

type Settle = (simulator: RunningSimulator, usual: Environment) => Promise<Environment>

export class House {
  readonly pair: Pair
  /** What killed servers said last. */
  readonly deaths: string[] = []
  readonly #env: Environment
  #server: ChildProcess | null = null
  #spare: ChildProcess | null = null
  #armedStart: string | null = null
  #listening: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(pair: Pair, env: Environment) {
    this.pair = pair
    this.#env = env
  }

  /** @param settle makes the settings of all servers from the usual ones */
  static async open(settle: Settle = async (_simulator, usual) => usual): Promise<House> {
    const database = await freshDatabase()
    const simulator = await startSimulator({ port: 0, dataDir: null })
    const port = String(await freePort())
    const url = `http://127.0.0.1:${port}`
    const own = { MINITILL_PORT: port, PUBLIC_URL: url, ...secondPerson }
    const usual = { ...environmentOf(simulator, database.url, 'public_key'), ...own }
    const env = await settle(simulator, usual)
    const db = openPool({ url: database.url }, 2)
    const server = new PatientHttp(url)
    const house: House = new House(
      {
        server,
        other: server,
        simulator: new Http(simulator.url),
        credentials: simulator.credentials,
        world: simulator.world,
        db,
        databaseUrl: database.url,
        environment: env,
        adminKey,
        log: new CollectingLog(),
        another: () => Promise.reject(new Error('one server at a time')),
        stopFirst: async () => house.#kill(),
        stop: async () => {
          house.#closed = true
          house.#kill()
          await db.end()
          await simulator.stop()
          await database.drop()
        },
      },
      { ...plainEnvironment(), ...env },
    )
    house.#next()
    await house.ready()
    await stockUp(db)
    return house
  }

  /** The present server kills itself the next time it comes there. */
  async arm(point: string): Promise<void> {
    await this.ready()
    const answered = this.#server && once(this.#server, 'message')
    this.#server?.send({ arm: point })
    await answered
  }

  /** The server is killed, and the one after it as it starts. */
  restartArmed(point: string): void {
    this.#armedStart = point
    this.#server?.kill('SIGKILL')
  }

  /** Waits for the present server to listen. */
  async ready(): Promise<void> {
    await until(
      async () => {
        const now = this.#listening
        await now
        return now === this.#listening
      },
      (isSame) => isSame,
      patienceMs,
    )
  }

  #kill(): void {
    this.#server?.kill('SIGKILL')
    this.#spare?.kill('SIGKILL')
  }

  #next(): void {
    const child = this.#spare ?? this.#load()
    this.#server = child
    this.#spare = this.#load()
    const start = this.#armedStart
    this.#armedStart = null
    this.#listening = new Promise((done) => {
      child.on('message', (message) => message === 'listening' && done())
      child.once('exit', () => done())
    })
    child.send({ start })
    child.once('exit', () => {
      if (!this.#closed) this.#next()
    })
  }

  #load(): ChildProcess {
    const child = fork(join(import.meta.dirname, 'victim.ts'), [], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    child.stdout?.on('data', (chunk: Buffer) => this.deaths.push(chunk.toString().trim()))
    return child
  }
}
