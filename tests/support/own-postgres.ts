// A PostgreSQL of a test's own, which it may stop in the worst way and start again.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from '../../server/store/database.ts'
import { findBinaries } from '../../server/store/embedded/binaries.ts'
import {
  type Cluster,
  choosePort,
  openCluster,
  readPostmaster,
  startServer,
} from '../../server/store/embedded/cluster.ts'
import { until } from './pair.ts'

export class OwnPostgres {
  readonly #folder: string
  readonly #cluster: Cluster
  readonly #port: number
  #server: ChildProcess

  private constructor(folder: string, cluster: Cluster, port: number) {
    this.#folder = folder
    this.#cluster = cluster
    this.#port = port
    this.#server = startServer(cluster, port)
  }

  /** Whether this machine has the embedded one's programs: some systems have none. */
  static isThere(): boolean {
    try {
      findBinaries()
      return true
    } catch {
      return false
    }
  }

  static async start(): Promise<OwnPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'minitill-own-'))
    // As root, PostgreSQL runs as another user, who must get in.
    chmodSync(folder, 0o755)
    const own = new OwnPostgres(folder, openCluster(folder), await choosePort())
    await own.#answers()
    return own
  }

  get url(): string {
    const { user, password, host } = this.#cluster
    const query = new URLSearchParams({ host, port: String(this.#port) })
    return `postgresql://${user}:${encodeURIComponent(password)}@localhost/postgres?${query}`
  }

  /** Immediate mode: every process of it ends at once, nothing is flushed, nobody is told. */
  async stopAtOnce(): Promise<void> {
    const ended = once(this.#server, 'exit')
    this.#server.kill('SIGQUIT')
    await ended
  }

  /** Starts it again; it recovers from its log. */
  async startAgain(): Promise<void> {
    this.#server = startServer(this.#cluster, this.#port)
    await this.#answers()
  }

  async end(): Promise<void> {
    if (readPostmaster(this.#cluster) !== null) await this.stopAtOnce()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #answers(): Promise<void> {
    await until(
      async () => {
        const pool = openPool({ url: this.url }, 1)
        const answer = await pool.query('SELECT 1').catch(() => null)
        await pool.end()
        return answer
      },
      (answer) => answer !== null,
      30_000,
    )
  }
}
