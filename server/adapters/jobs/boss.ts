import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import { type Clock as BossClock, PgBoss } from 'pg-boss'
import type { Queue } from '../../ports/index.ts'
import type { Database } from '../../store/database.ts'

export const bossSchema = 'pgboss'

/** Where parked jobs wait for a person; nothing ever fetches it by itself. */
export const deadLetterQueue = 'parked'

interface QueueSettings {
  /** How long a worker may hold a job before it is given to another. */
  readonly expireInSeconds: number
  /** `exclusive`: at most one waiting or running job of a key, kept by a unique index. */
  readonly policy: 'standard' | 'exclusive'
}

/**
 * The leases are longer than any handler takes: its outside calls are bounded by 10 s each, and a
 * lease that ends too early only means work done twice, which every flow allows.
 */
export const queues: Readonly<Record<Queue, QueueSettings>> = {
  'apply-notification': { expireInSeconds: 60, policy: 'standard' },
  'apply-push': { expireInSeconds: 60, policy: 'standard' },
  'ask-managed': { expireInSeconds: 60, policy: 'exclusive' },
  'ask-wechat': { expireInSeconds: 60, policy: 'standard' },
  'carry-refund': { expireInSeconds: 60, policy: 'standard' },
  'check-promises': { expireInSeconds: 600, policy: 'exclusive' },
  'close-order': { expireInSeconds: 60, policy: 'standard' },
  'daily-bills': { expireInSeconds: 300, policy: 'exclusive' },
  'deliver-event': { expireInSeconds: 60, policy: 'standard' },
  'end-suspense': { expireInSeconds: 60, policy: 'standard' },
  // A bill of millions of rows takes its time; a run that was overtaken writes nothing more.
  'reconcile-day': { expireInSeconds: 7200, policy: 'exclusive' },
  'follow-shipment': { expireInSeconds: 60, policy: 'standard' },
  'refresh-platform-keys': { expireInSeconds: 60, policy: 'exclusive' },
  'seal-ledger': { expireInSeconds: 300, policy: 'exclusive' },
  'send-message': { expireInSeconds: 60, policy: 'standard' },
  sweep: { expireInSeconds: 300, policy: 'exclusive' },
  'upload-shipment': { expireInSeconds: 60, policy: 'standard' },
  'watch-shipping': { expireInSeconds: 300, policy: 'exclusive' },
}

const tenYearsSeconds = 10 * 365 * 24 * 3600
const startLock = 7_406_312

/**
 * pg-boss as SQL: its tables, its fetch and its states, none of its workers, timers or listeners.
 * What runs and when is decided by our own loop, in production and in the simulation alike.
 */
export async function startBoss(
  db: Database,
  pool: pg.Pool,
  onError: (error: Error) => void,
): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => execute(pool, text, values) },
    schema: bossSchema,
    supervise: false,
    schedule: false,
    registerInstance: false,
    migrate: true,
    clock: inertClock,
    openTelemetry: { enabled: false },
  })
  boss.on('error', onError)
  // One process at a time makes the schema; the others find it made.
  await db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${startLock})`.execute(connection)
    try {
      await boss.start()
      await makeQueues(boss)
    } finally {
      await sql`SELECT pg_advisory_unlock(${startLock})`.execute(connection)
    }
  })
  return boss
}

async function makeQueues(boss: PgBoss): Promise<void> {
  const existing = new Set((await boss.getQueues()).map((queue) => queue.name))
  const common = {
    retentionSeconds: tenYearsSeconds,
    deleteAfterSeconds: 24 * 3600,
    retryLimit: 1000,
  }
  for (const [name, settings] of Object.entries(queues)) {
    if (!existing.has(name)) await boss.createQueue(name, { ...settings, ...common })
  }
  if (!existing.has(deadLetterQueue)) {
    await boss.createQueue(deadLetterQueue, { ...common, deleteAfterSeconds: tenYearsSeconds })
  }
}

/** pg-boss arms timers even when told to supervise nothing; none may fire beside our own loop. */
const inertClock: BossClock = {
  now: () => Date.now(),
  setTimeout: () => 0,
  clearTimeout: () => {},
  setInterval: () => 0,
  clearInterval: () => {},
}

/** pg answers a list of results when a text holds several statements; pg-boss wants all rows. */
async function execute(
  pool: pg.Pool,
  text: string,
  values?: unknown[],
): Promise<{ rows: unknown[] }> {
  const result: unknown = await pool.query(text, values)
  const results = Array.isArray(result) ? result : [result]
  return { rows: results.flatMap((one: { rows?: unknown[] }) => one.rows ?? []) }
}

/** The function through which all of pg-boss's SQL reads the time. */
const realTime = 'pg_catalog.now()'

/**
 * Moves pg-boss's clock by this many milliseconds: development only, where the server follows the
 * simulator's clock. The body of its own function is replaced, so that every statement of it, in
 * every session, sees the same time as our Clock port.
 */
export async function moveBossClock(db: Kysely<never>, offsetMs: number): Promise<void> {
  if (!Number.isSafeInteger(offsetMs) || offsetMs < 0) throw new RangeError('offset of the clock')
  const moved = `SELECT ${realTime} + interval '${offsetMs} milliseconds';`
  const body = offsetMs === 0 ? `SELECT ${realTime};` : moved
  await db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${startLock})`.execute(tx)
    await sql`
      CREATE OR REPLACE FUNCTION ${sql.table(`${bossSchema}.job_now`)}()
      RETURNS timestamp with time zone AS ${sql.raw(`$$ ${body} $$`)} LANGUAGE sql STABLE
    `.execute(tx)
  })
}

/** Whether pg-boss reads the real time: a database of the development pair may read another. */
export async function bossClockIsReal(db: Kysely<never>): Promise<boolean> {
  const found = await sql<{ body: string }>`
    SELECT p.prosrc AS body FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ${bossSchema} AND p.proname = 'job_now' LIMIT 1`.execute(db)
  return found.rows[0]?.body.trim() === `SELECT ${realTime};`
}
