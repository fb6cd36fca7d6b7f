// A real PostgreSQL as the ground of a run: a template that is made once, a database of its own for
// each seed, and the copy of it that checkers read.
import { randomBytes } from 'node:crypto'
import { instant } from '@minitill/protocol/model'
import pg from 'pg'
import { openJobs } from '../../../server/adapters/jobs/index.ts'
import { clientConfig, openDatabase, openPool } from '../../../server/store/database.ts'
import { migrate } from '../../../server/store/migrate.ts'
import { databaseIn } from '../../support/postgres.ts'
import { enterClock } from '../engine/ambient.ts'
import { SimulatedDatabase } from '../engine/database.ts'
import { Life } from '../engine/scheduler.ts'
import type { Ground } from '../ground.ts'
import type { Plan } from '../plan.ts'
import { simulateOn, type Verdict } from '../run.ts'
import { copyRows } from './copy.ts'
import { RealGate } from './gate.ts'
import { AskingLookout, dueSql } from './lookout.ts'
import { clockSetting } from './pool.ts'
import { ConcurrentScheduler } from './scheduler.ts'
import { Traffic } from './traffic.ts'
import { Troubles } from './troubles.ts'
import { type Crowd, Watch } from './watch.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** The job store's clock is the virtual one, which each transaction is told as it begins. */
const ownClockSql = `
  CREATE OR REPLACE FUNCTION pgboss.job_now() RETURNS timestamp with time zone LANGUAGE sql STABLE
  AS $$ SELECT to_timestamp(current_setting('${clockSetting}')::double precision / 1000) $$;
  CREATE INDEX due ON pgboss.job_common (name) WHERE state <= 'active'`

/** What a run on a real PostgreSQL has to tell besides its verdict. */
export interface Bustle extends Crowd {
  /** Statements that were sent, and the most of them that were on their way at once. */
  readonly sent: number
  readonly inFlight: number
  readonly deadlocks: readonly string[]
  /** Errors of PostgreSQL, by their code. */
  readonly codes: ReadonlyMap<string, number>
}

export class Arena {
  readonly #url: string
  readonly #admin: pg.Client
  readonly #name = `minitill_simulation_${randomBytes(5).toString('hex')}`
  readonly #copy: SimulatedDatabase
  readonly #made = new Set<string>()

  private constructor(url: string, admin: pg.Client, copy: SimulatedDatabase) {
    this.#url = url
    this.#admin = admin
    this.#copy = copy
  }

  /** @param url of a PostgreSQL whose user may make databases */
  static async open(url: string): Promise<Arena> {
    const admin = new pg.Client(clientConfig({ url }))
    await admin.connect()
    const arena = new Arena(url, admin, await SimulatedDatabase.open())
    await arena.#make(arena.#name, '')
    await migrated(databaseIn(url, arena.#name))
    return arena
  }

  /** Leaves nothing behind, also in the middle of a run. */
  async close(): Promise<void> {
    for (const name of this.#made) await this.#drop(name)
    await this.#admin.end()
  }

  async #make(name: string, how: string): Promise<void> {
    this.#made.add(name)
    await this.#admin.query(`CREATE DATABASE ${name} ${how}`)
  }

  async #drop(name: string): Promise<void> {
    await this.#admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    this.#made.delete(name)
  }

  /** Runs one seed in a database of its own. */
  async simulate(plan: Plan): Promise<{ readonly verdict: Verdict; readonly bustle: Bustle }> {
    const name = `${this.#name}_${plan.seed}`
    await this.#make(name, `TEMPLATE ${this.#name}`)
    const url = databaseIn(this.#url, name)
    const reader = new pg.Client({ ...clientConfig({ url }), application_name: 'reader' })
    // Whoever stops a run cuts it.
    reader.on('error', () => {})
    await reader.connect()
    const watch = await Watch.begin(url)
    try {
      return await this.#run(plan, url, reader, watch)
    } finally {
      await watch.end()
      await reader.end()
      await this.#drop(name)
    }
  }

  async #run(plan: Plan, url: string, reader: pg.Client, watch: Watch) {
    const traffic = new Traffic()
    const troubles = new Troubles()
    const scheduler = new ConcurrentScheduler(plan.seed, plan.startMs, traffic)
    const gate = new RealGate({ url, scheduler, traffic, troubles })
    // Nothing was sent since: nothing can be different.
    let copiedAfter = -1
    const ground: Ground = {
      scheduler,
      postgres: this.#copy.postgres,
      isWatchedAlways: false,
      enter: () => enterClock(scheduler.now),
      gate: () => gate,
      lookout: (run) => {
        troubles.onBroken = (promise, story) => run.violation(promise, story)
        const asker = new Life('lookout')
        const ask = async (queues: readonly string[]) => (await reader.query(dueSql, [queues])).rows
        return new AskingLookout(run, (queues) =>
          traffic.carry(scheduler, asker, () => ask(queues), false),
        )
      },
      look: async (act) => {
        if (copiedAfter !== traffic.sent) await copyRows(reader, this.#copy)
        copiedAfter = traffic.sent
        gate.free = true
        try {
          return act()
        } finally {
          gate.free = false
        }
      },
    }
    const verdict = await simulateOn(ground, plan)
    const { sent, most } = traffic
    const { deadlocks, codes } = troubles
    const bustle: Bustle = { ...watch.crowd, sent, inFlight: most, deadlocks, codes }
    return { verdict, bustle }
  }
}

async function migrated(url: string): Promise<void> {
  const pool = openPool({ url }, 2)
  const db = openDatabase(pool)
  await migrate(db, 0)
  const clock = { now: () => instant(Date.now()) }
  const showParked = async () => {}
  await openJobs({ db, pool, clock, log: quiet, showParked, production: false })
  await pool.query(ownClockSql)
  await db.destroy()
}
