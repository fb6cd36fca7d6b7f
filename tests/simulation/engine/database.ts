// One database a process: made once, emptied before each run. TRUNCATE gives every run the same
// physical start, so that a run does not depend on those before it.
import { instant } from '@minitill/protocol/model'
import { openJobs } from '../../../server/adapters/jobs/index.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { migrate } from '../../../server/store/migrate.ts'
import { SyncPostgres } from './pglite.ts'
import { Turnstile } from './pool.ts'
import { Life, Scheduler } from './scheduler.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const noFaults = { atCommit: () => null, atFirstWrite: () => false }

const idlePolicies = ['short', 'singleton', 'stately', 'key_strict_fifo']

/** Tables that belong to the schema and not to a run. */
const kept = new Set(['public.migration', 'pgboss.version', 'pgboss.queue'])

/**
 * Indexes of jobs that only make each write dearer here: those that keep nothing unique, because
 * `due` finds the few jobs that wait, and those that keep policies that no queue of ours has.
 */
const idleIndexesSql = `
  SELECT indexrelid::regclass::text AS name FROM pg_index
  WHERE indrelid = 'pgboss.job_common'::regclass AND indexrelid <> 'pgboss.due'::regclass
    AND (NOT indisunique
      OR pg_get_expr(indpred, indrelid) ~ '''(${idlePolicies.join('|')})''') ORDER BY 1`

export class SimulatedDatabase {
  readonly postgres: SyncPostgres
  /** Those that a run fills. */
  readonly tables: readonly string[]

  private constructor(postgres: SyncPostgres, tables: readonly string[]) {
    this.postgres = postgres
    this.tables = tables
  }

  /** A migrated database in memory, with the tables of the job store. */
  static async open(): Promise<SimulatedDatabase> {
    const postgres = await SyncPostgres.open()
    const scheduler = new Scheduler(0, 0)
    const pool = new Turnstile(scheduler, postgres, noFaults).pool(life(), life())
    const db = openDatabase(pool)
    let made = false
    const work = (async () => {
      await migrate(db, 0)
      const showParked = async () => {}
      const clock = { now: () => instant(scheduler.now()) }
      const parts = { db, pool, clock, log: quiet, showParked }
      await openJobs({ ...parts, production: false })
      made = true
    })()
    while (!made) await Promise.race([scheduler.run(scheduler.now() + 60_000, () => made), work])
    await work
    // For the lookout, which asks after each change of a job what is due.
    postgres.script("CREATE INDEX due ON pgboss.job_common (name) WHERE state <= 'active'")
    for (const { name } of postgres.script(idleIndexesSql).rows) {
      postgres.script(`DROP INDEX ${String(name)}`)
    }
    return new SimulatedDatabase(postgres, tablesOf(postgres))
  }

  async empty(): Promise<void> {
    await this.postgres.breathe()
    // What is append-only refuses TRUNCATE too, by a trigger; an emptied world is another one.
    this.postgres.script(`SET session_replication_role = replica;
      TRUNCATE ${this.tables.join()} RESTART IDENTITY CASCADE; SET session_replication_role = origin`)
  }
}

const life = () => new Life('setup')

function tablesOf(postgres: SyncPostgres): readonly string[] {
  const { rows } = postgres.script(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'pgboss') AND c.relkind = 'r' ORDER BY 1`)
  const names = rows.map(({ name }) => String(name))
  return names.filter((name) => !kept.has(name))
}
