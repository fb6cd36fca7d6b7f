// A pool of connections, as `pg` has one, of one life of an instance. All lives share the one
// connection of the database; who has an open transaction that wrote or locked something keeps it.
import type pg from 'pg'
import type { Change, Gate, OnCommit } from './gate.ts'
import type { SqlResult, SyncPostgres } from './pglite.ts'
import { SqlError } from './pglite.ts'
import { Life, type Scheduler } from './scheduler.ts'
import { ofText } from './statements.ts'

/** What can happen to a statement on its way. */
export interface DatabaseFaults {
  /** The connection is gone before the commit arrived, or after it was done: nobody knows. */
  atCommit(life: Life): 'lost_before' | 'lost_after' | null
  /** Chosen as the victim of a deadlock when the transaction first writes or locks. */
  atFirstWrite(life: Life): boolean
}

interface Waiter {
  readonly life: Life
  readonly go: () => void
}

/** An idle transaction is ended by the server after so long (`clientConfig`). */
const idleInTransactionMs = 20_000

/** Who has the one connection. */
export class Turnstile implements Gate {
  readonly scheduler: Scheduler
  readonly postgres: SyncPostgres
  readonly faults: DatabaseFaults
  onCommit: OnCommit = () => {}
  #holder: Client | null = null
  #waiting: Waiter[] = []
  /** Whoever opens it for the next. */
  readonly #keeper = new Life('turnstile')

  constructor(scheduler: Scheduler, postgres: SyncPostgres, faults: DatabaseFaults) {
    this.scheduler = scheduler
    this.postgres = postgres
    this.faults = faults
  }

  get free(): boolean {
    return this.#holder === null
  }

  pool(life: Life, outside: Life): pg.Pool {
    return new Pool(this, life, outside) as unknown as pg.Pool
  }

  async take(client: Client): Promise<void> {
    while (this.#holder !== null) {
      await new Promise<void>((go) => {
        this.#waiting.push({ life: client.life, go })
      })
    }
    this.#holder = client
  }

  give(client: Client): void {
    if (this.#holder !== client) return
    this.#holder = null
    this.#call(this.scheduler.now())
  }

  /** Lets one of those who wait try: a drawn one, unless somebody who has just come was faster. */
  #call(atMs: number): void {
    this.#waiting = this.#waiting.filter(({ life }) => life.alive)
    if (this.#waiting.length === 0) return
    this.scheduler.at(this.#keeper, 'lock', atMs, () => {
      if (this.#holder === null) this.#callOne()
    })
  }

  #callOne(): void {
    const { scheduler } = this
    const awake = this.#waiting.filter(
      ({ life }) => life.alive && life.frozenUntilMs <= scheduler.now(),
    )
    if (awake.length === 0) {
      // The frozen try when they thaw.
      this.#call(Math.min(...this.#waiting.map(({ life }) => life.frozenUntilMs)))
      return
    }
    const chosen = scheduler.draws.pick('lock', awake)
    this.#waiting = this.#waiting.filter((one) => one !== chosen)
    chosen.go()
  }

  /** The session of a dead or long silent process is rolled back by the server. */
  abandon(client: Client): void {
    if (this.#holder !== client) return
    this.postgres.script('ROLLBACK')
    this.give(client)
  }

  close(): void {
    if (this.#holder !== null) this.postgres.script('ROLLBACK')
    this.#holder = null
  }

  /** A frozen process holds its transaction until the server loses patience. */
  froze(life: Life): void {
    const held = this.#holder
    if (held?.life !== life) return
    const { scheduler } = this
    const outside = held.outside
    scheduler.at(outside, 'patience', scheduler.now() + idleInTransactionMs, () => {
      if (this.#holder === held && held.life.frozenUntilMs > scheduler.now()) held.lose()
    })
  }
}

const plainRead = /^\s*select\b/i
const locking = /\bfor\s+(no key )?(update|share)\b|pg_advisory|set_config|nextval/i

/** Whether READ COMMITTED makes no difference between this inside and outside a transaction. */
export const isPlainRead = ofText((sql) => plainRead.test(sql) && !locking.test(sql))

/**
 * One connection of the pool. BEGIN is lazy: plain reads before the first write or lock run on
 * their own, each at its own moment, which in READ COMMITTED is the same. Thus a missing row lock
 * shows.
 */
export class Client {
  readonly life: Life
  readonly outside: Life
  readonly #turnstile: Turnstile
  #transaction: 'none' | 'begun' | 'open' | 'lost' = 'none'
  #changes: Change[] = []

  constructor(turnstile: Turnstile, life: Life, outside: Life) {
    this.#turnstile = turnstile
    this.life = life
    this.outside = outside
    life.onDeath.push(() => turnstile.abandon(this))
  }

  release(): void {}

  lose(): void {
    this.#turnstile.abandon(this)
    this.#transaction = 'lost'
  }

  async query(sql: string, values: readonly unknown[] = []): Promise<SqlResult> {
    // A script that has its own BEGIN and COMMIT is one statement to us.
    if (/^(begin|start transaction[^;]*)$/i.test(sql)) return this.#begin()
    if (sql === 'commit' || sql === 'rollback') return await this.#end(sql)
    return await this.#statement(sql, values)
  }

  #begin(): SqlResult {
    this.#transaction = 'begun'
    return { command: 'BEGIN', rowCount: 0, rows: [] }
  }

  async #statement(sql: string, values: readonly unknown[]): Promise<SqlResult> {
    const { scheduler, postgres, faults } = this.#turnstile
    await scheduler.park(this.life, `sql ${this.life.name}`, this.#latencyMs())
    this.#refuseLost()
    const writes = !isPlainRead(sql)
    const opens = this.#transaction === 'begun' && writes
    const alone = this.#transaction === 'none' || (this.#transaction === 'begun' && !writes)
    if (opens || alone) await this.#turnstile.take(this)
    if (opens) {
      postgres.script('BEGIN')
      this.#transaction = 'open'
      if (faults.atFirstWrite(this.life)) {
        throw new SqlError('deadlock detected', '40P01')
      }
    }
    try {
      const result = postgres.query(sql, values)
      scheduler.note(`${this.life.name} ${shortened(sql)} → ${result.rowCount}`)
      if (writes && result.rowCount > 0) this.#changes.push({ sql, values })
      return result
    } finally {
      if (alone) {
        this.#turnstile.give(this)
        if (writes && this.#transaction === 'none') this.#tell()
      }
    }
  }

  async #end(word: 'commit' | 'rollback'): Promise<SqlResult> {
    const { scheduler, postgres, faults } = this.#turnstile
    const was = this.#transaction
    if (was === 'open') await scheduler.park(this.life, `sql ${this.life.name}`, this.#latencyMs())
    // A silent process may have lost its session while it waited.
    const lostNow = (this.#transaction as string) === 'lost'
    this.#transaction = 'none'
    if (lostNow || was === 'lost') {
      this.#forget()
      if (word === 'commit') throw connectionLost()
      return done(word)
    }
    if (was !== 'open') return done(word)
    const fault = word === 'commit' ? faults.atCommit(this.life) : null
    const said = fault === 'lost_before' ? 'rollback' : word
    let result: SqlResult
    try {
      result = postgres.script(said)
      scheduler.note(`${this.life.name} ${result.command.toLowerCase()}`)
    } finally {
      this.#turnstile.give(this)
    }
    if (said === 'commit' && result.command === 'COMMIT') this.#tell()
    else this.#forget()
    if (fault !== null) throw connectionLost()
    return done(result.command.toLowerCase())
  }

  #refuseLost(): void {
    if (this.#transaction === 'lost') throw connectionLost()
  }

  /** Mostly at once, sometimes slow, rarely very slow. */
  #latencyMs(): number {
    const drawn = this.#turnstile.scheduler.draws.unit(`latency ${this.life.name}`)
    return drawn < 0.9 ? Math.floor(drawn * 4) : Math.floor((drawn - 0.9) * 3_000)
  }

  #forget(): void {
    this.#changes = []
  }

  #tell(): void {
    const changes = this.#changes
    this.#forget()
    if (changes.length > 0) this.#turnstile.onCommit(changes)
  }
}

const done = (word: string): SqlResult => ({ command: word.toUpperCase(), rowCount: 0, rows: [] })

const connectionLost = () => new SqlError('Connection terminated unexpectedly', '57P01')

const shortened = ofText((sql) => sql.replace(/\s+/g, ' ').trim().slice(0, 44))

/** As much of a `pg.Pool` as Kysely and the job store use. Connections are never short here. */
export class Pool {
  readonly options = {}
  readonly #make: () => Client
  #free: Client[] = []

  constructor(turnstile: Turnstile, life: Life, outside: Life) {
    this.#make = () => new Client(turnstile, life, outside)
  }

  async connect(): Promise<Client> {
    const client = this.#free.pop() ?? this.#make()
    client.release = () => {
      if (!this.#free.includes(client)) this.#free.push(client)
    }
    return client
  }

  async query(sql: string, values?: readonly unknown[]): Promise<SqlResult> {
    const client = await this.connect()
    try {
      return await client.query(sql, values)
    } finally {
      client.release()
    }
  }

  async end(): Promise<void> {}
}
