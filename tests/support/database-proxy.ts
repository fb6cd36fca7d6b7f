// Somebody between a server and its PostgreSQL, who loses what is on the way: connections that go
// silent, connections that are cut, and COMMITs whose answer never comes.

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** CommandComplete of a COMMIT, as PostgreSQL answers it: the tag with its closing zero. */
const committed = Buffer.from('COMMIT\0')

interface Line {
  readonly near: Socket
  readonly far: Socket
  isDead: boolean
}

export class DatabaseProxy {
  readonly #target: string
  readonly #server: Server
  readonly #lines = new Set<Line>()
  #isSilent = false
  #commitsToLose = 0
  /** How many commits took effect and were not told. */
  lostCommits = 0
  /** How many connections went silent with somebody waiting at the other end. */
  silenced = 0

  private constructor(target: string) {
    this.#target = target
    this.#server = createServer((near) => this.#join(near))
  }

  /** @param target the database URL that it stands before */
  static async open(target: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(target)
    await new Promise<void>((done) => proxy.#server.listen(0, '127.0.0.1', done))
    return proxy
  }

  /** The same database, seen through the proxy. */
  get url(): string {
    const url = new URL(this.#target)
    url.searchParams.delete('host')
    url.searchParams.delete('port')
    url.hostname = '127.0.0.1'
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.toString()
  }

  get connections(): number {
    return this.#lines.size
  }

  /** From now on nothing arrives, on lines that are there and on new ones; nobody is told. */
  goSilent(): void {
    this.#isSilent = true
    for (const line of this.#lines) this.#silence(line)
  }

  /** New lines work again; those that went silent stay so, as when a firewall forgot them. */
  speakAgain(): void {
    this.#isSilent = false
  }

  /** Ends every line at once. */
  cut(): void {
    for (const { near, far } of this.#lines) {
      near.destroy()
      far.destroy()
    }
  }

  /** The next so many COMMITs take effect, and their line ends before the answer. */
  loseCommits(count: number): void {
    this.#commitsToLose += count
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((done) => this.#server.close(done))
  }

  #join(near: Socket): void {
    const line: Line = { near, far: this.#dial(), isDead: false }
    this.#lines.add(line)
    if (this.#isSilent) this.#silence(line)
    near.on('data', (bytes) => {
      if (!line.isDead) line.far.write(bytes)
    })
    line.far.on('data', (bytes) => {
      if (line.isDead) return
      if (this.#commitsToLose > 0 && bytes.includes(committed)) this.#loseCommit(line)
      else near.write(bytes)
    })
    for (const [one, other] of [
      [near, line.far],
      [line.far, near],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        this.#lines.delete(line)
        // A silent line does not even tell that the other end has gone.
        if (!line.isDead || one === near) other.destroy()
      })
    }
  }

  #silence(line: Line): void {
    line.isDead = true
    this.silenced += 1
  }

  #loseCommit(line: Line): void {
    this.#commitsToLose -= 1
    this.lostCommits += 1
    line.near.destroy()
    line.far.destroy()
  }

  #dial(): Socket {
    const { hostname, port, searchParams } = new URL(this.#target)
    const where = searchParams.get('host') ?? hostname
    const atPort = searchParams.get('port') ?? (port || '5432')
    return where.startsWith('/')
      ? connect(`${where}/.s.PGSQL.${atPort}`)
      : connect(Number(atPort), where)
  }
}
