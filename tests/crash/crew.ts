// Simulator in this process and several servers in processes of their own on one database, which the
// test may reach by another way than they do.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Environment } from '../../server/config.ts'
import { openPool } from '../../server/store/database.ts'
import { startSimulator } from '../../simulator/index.ts'
import { freePort, plainEnvironment } from '../process/support.ts'
import { Http } from '../support/http.ts'
import { CollectingLog } from '../support/observers.ts'
import { adminKey, environmentOf, type Pair, stockUp, until } from '../support/pair.ts'
import { Front } from './front.ts'
import { PatientHttp } from './patient-http.ts'

const startMs = 30_000
const main = join(import.meta.dirname, '../../server/main.ts')
const victim = join(import.meta.dirname, 'victim.ts')

/** One server process. */
export class Member {
  readonly port: number
  readonly process: ChildProcess
  readonly exited: Promise<number | null>
  output = ''

  private constructor(port: number, process: ChildProcess) {
    this.port = port
    this.process = process
    this.exited = once(process, 'exit').then(([code]) => code as number | null)
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString()
      })
    }
  }

  /** The product as it is started in production, with its signals and its exit status. */
  static async serve(port: number, env: Environment): Promise<Member> {
    const child = spawn(process.execPath, [main], {
      env: { ...plainEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const member = new Member(port, child)
    await member.says('server listening on')
    return member
  }

  /** One whose points can be armed. */
  static async armable(port: number, env: Environment): Promise<Member> {
    const child = fork(victim, [], {
      env: { ...plainEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    const member = new Member(port, child)
    await once(child, 'message')
    const listening = once(child, 'message')
    child.send({ start: null })
    await listening
    return member
  }

  /** It stops in the middle of what it does, the next time it comes to this point. */
  async freezeAt(point: string): Promise<void> {
    const armed = once(this.process, 'message')
    this.process.send({ arm: point, freeze: true })
    await armed
  }

  /** It takes requests again, and has done what it was in the middle of. */
  async isAwake(): Promise<void> {
    const answers = async () => await new Http(`http://127.0.0.1:${this.port}`).get('/readyz')
    await until(answers, ({ status }) => status === 200, startMs)
  }

  async says(text: string): Promise<void> {
    await until(
      async () => {
        if (this.process.exitCode !== null) throw new Error(`ended early: ${this.output}`)
        return this.output
      },
      (output) => output.includes(text),
      startMs,
    )
  }
}

export interface CrewParts {
  /** The database as this test reaches it. */
  readonly databaseUrl: string
  /** The same, as the servers reach it. */
  readonly serversReach?: string
  readonly settings?: Environment
}

/** So long people ask again: a database may be away for some time. */
const patienceMs = 60_000

export class Crew {
  readonly pair: Pair
  readonly members = new Set<Member>()
  readonly #front: Front

  private constructor(pair: Pair, front: Front) {
    this.pair = pair
    this.#front = front
  }

  /** Nobody serves yet: see `join`. */
  static async open(parts: CrewParts): Promise<Crew> {
    const simulator = await startSimulator({ port: 0, dataDir: null })
    const db = openPool({ url: parts.databaseUrl }, 2)
    // WeChat and phones know one address, behind which any of the servers may answer.
    const front = await Front.open()
    const reach = parts.serversReach ?? parts.databaseUrl
    const usual = environmentOf(simulator, reach, 'public_key')
    const environment = { ...usual, PUBLIC_URL: front.url, ...parts.settings }
    const server = new PatientHttp(front.url, (status) => status < 500, patienceMs)
    const crew: Crew = new Crew(
      {
        ...{ server, other: server, db, environment, adminKey },
        simulator: new Http(simulator.url),
        credentials: simulator.credentials,
        world: simulator.world,
        databaseUrl: parts.databaseUrl,
        log: new CollectingLog(),
        another: () => Promise.reject(new Error('see join')),
        stopFirst: () => Promise.reject(new Error('see leave')),
        stop: async () => {
          await Promise.all([...crew.members].map((one) => crew.leave(one, 'SIGKILL')))
          await db.end()
          await simulator.stop()
          await front.close()
        },
      },
      front,
    )
    return crew
  }

  /** One more server: the product as it is, or one whose points can be armed. */
  async join(how: 'serve' | 'armable' = 'serve', more: Environment = {}): Promise<Member> {
    const port = await freePort()
    const env = { ...this.pair.environment, MINITILL_PORT: String(port), ...more }
    const member = await Member[how](port, env)
    this.members.add(member)
    this.#front.add(port)
    return member
  }

  /** Nobody asks a server any more that gives no answer. */
  giveUp(member: Member): void {
    this.#front.remove(member.port)
    this.#front.cut(member.port)
  }

  /** Ends a server and waits for its end; its exit status, null when it was killed. */
  async leave(member: Member, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#front.remove(member.port)
    this.members.delete(member)
    member.process.kill(signal)
    return await member.exited
  }

  /** What a new shop sells. */
  async stockUp(): Promise<void> {
    await stockUp(this.pair.db)
  }
}
