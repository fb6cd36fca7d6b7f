// A pool of real connections of one life of an instance, with the settings of the server's own. Every
// answer comes back through the scheduler; when the life dies its connections are cut.
import type pg from 'pg'
import { openPool } from '../../../server/store/database.ts'
import type { Change } from '../engine/gate.ts'
import { isPlainRead } from '../engine/pool.ts'
import type { Life, Scheduler } from '../engine/scheduler.ts'
import { ofText } from '../engine/statements.ts'
import type { Traffic } from './traffic.ts'
import type { Troubles } from './troubles.ts'

/** What the pools of a run have in common. */
export interface Wiring {
  readonly url: string
  readonly scheduler: Scheduler
  readonly traffic: Traffic
  readonly troubles: Troubles
  readonly committed: (changes: readonly Change[]) => void
}

/** Of one instance; four of them have 48 together, of the hundred that PostgreSQL has by default. */
export const connectionsEach = 12
/**
 * A transaction of a frozen life is ended after so long: real time, in which whoever waits for its
 * locks keeps the whole world waiting.
 */
const idleInTransactionMs = 1_000
/** Where the user may not set the second, because it is the administrator's, a deadlock takes longer. */
const settingsSql = `
  SELECT set_config('idle_in_transaction_session_timeout', '${idleInTransactionMs}', false),
    (SELECT set_config('deadlock_timeout', '200ms', false) FROM pg_roles
      WHERE rolname = current_user AND rolsuper)`

const begins = ofText((sql) => /^(begin|start transaction[^;]*)$/i.test(sql))
const isOfJobs = ofText((sql) => sql.includes('pgboss'))

/** A change of jobs that names no queue. */
export const anything: Change = { sql: 'pgboss', values: [] }

/** By what the job store's SQL reads the time (see arena.ts). */
export const clockSetting = 'simulation.now_ms'

export class RealPool {
  readonly options = {}
  readonly #wiring: Wiring
  readonly #life: Life
  readonly #pool: pg.Pool
  readonly #out = new Set<RealClient>()
  readonly #known = new WeakSet<pg.PoolClient>()

  constructor(wiring: Wiring, life: Life) {
    this.#wiring = wiring
    this.#life = life
    this.#pool = openPool({ url: wiring.url }, connectionsEach)
    life.onDeath.push(() => this.cut())
  }

  async connect(): Promise<RealClient> {
    const { traffic, scheduler, troubles } = this.#wiring
    const open = async () => {
      const raw = await this.#pool.connect()
      if (!this.#known.has(raw)) await raw.query(settingsSql)
      this.#known.add(raw)
      if (this.#life.alive) return this.#client(raw)
      raw.release(true)
      throw new Error('Connection terminated: nobody is there')
    }
    try {
      return await traffic.carry(scheduler, this.#life, open, false)
    } catch (error) {
      troubles.met(error, this.#life.name)
      throw error
    }
  }

  #client(raw: pg.PoolClient): RealClient {
    const client = new RealClient(this.#wiring, this.#life, raw, () => this.#out.delete(client))
    this.#out.add(client)
    return client
  }

  async query(sql: string, values?: readonly unknown[]): Promise<unknown> {
    const client = await this.connect()
    try {
      return await client.query(sql, values)
    } finally {
      client.release()
    }
  }

  /** Whoever stood still for too long inside a transaction finds it gone. */
  loseTransactions(): void {
    for (const client of this.#out) if (client.isInTransaction) client.cut()
  }

  /** As kill −9: the server rolls back what was open. */
  cut(): void {
    this.#wiring.traffic.forget(this.#life)
    for (const client of this.#out) client.cut()
    this.#pool.end().catch(() => {})
  }

  async end(): Promise<void> {}
}

/** One connection, from when it is taken out of the pool to when it is given back. */
export class RealClient {
  readonly #wiring: Wiring
  readonly #life: Life
  readonly #raw: pg.PoolClient
  readonly #given: () => void
  #isOut = true
  #changes: Change[] = []
  isInTransaction = false

  constructor(wiring: Wiring, life: Life, raw: pg.PoolClient, given: () => void) {
    this.#wiring = wiring
    this.#life = life
    this.#raw = raw
    this.#given = given
  }

  release(error?: Error | boolean): void {
    if (!this.#isOut) return
    this.#isOut = false
    this.#given()
    this.#raw.release(error)
  }

  cut(): void {
    this.release(true)
  }

  async query(sql: string, values: readonly unknown[] = []): Promise<unknown> {
    const { traffic, scheduler, troubles } = this.#wiring
    if (!this.#isOut) throw new Error('Connection terminated unexpectedly')
    const begun = begins(sql)
    if (begun) this.#begin()
    const { processID } = this.#raw as unknown as { readonly processID: number }
    troubles.sends(processID, this.#life.name, sql)
    try {
      const result = await traffic.carry(scheduler, this.#life, () => this.#send(sql, values))
      if (begun) return { command: 'BEGIN', rowCount: 0, rows: [] }
      this.#done(sql, values, result as pg.QueryResult)
      return result
    } catch (error) {
      troubles.met(error, this.#life.name)
      // Nobody knows what became of it.
      if (sql === 'commit') this.#wiring.committed([anything])
      throw error
    }
  }

  #begin(): void {
    this.isInTransaction = true
    this.#changes = []
  }

  /** Inside a transaction the time stands still, as it does in PostgreSQL. */
  async #send(sql: string, values: readonly unknown[]): Promise<unknown> {
    const nowMs = this.#wiring.scheduler.now()
    if (begins(sql)) return await this.#raw.query(`${sql}; SET LOCAL ${clockSetting} = '${nowMs}'`)
    if (!this.isInTransaction && isOfJobs(sql)) {
      await this.#raw.query(`SET ${clockSetting} = '${nowMs}'`)
    }
    return await this.#raw.query(sql, [...values])
  }

  #done(sql: string, values: readonly unknown[], { command, rowCount }: pg.QueryResult): void {
    this.#wiring.troubles.wrote(sql, rowCount, this.#life.name)
    const isEnd = sql === 'commit' || sql === 'rollback'
    if (isEnd) this.isInTransaction = false
    // Only of jobs must somebody be told at once; the checkers read everything anew.
    else if (isOfJobs(sql) && !isPlainRead(sql) && rowCount !== 0)
      this.#changes.push({ sql, values })
    if (this.isInTransaction) return
    const changes = this.#changes
    this.#changes = []
    if (changes.length > 0 && !(isEnd && command === 'ROLLBACK')) this.#wiring.committed(changes)
  }
}
