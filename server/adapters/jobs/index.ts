import type { Transaction } from 'kysely'
import type pg from 'pg'
import type { Clock, Job, JobSource, Jobs, Log, Store } from '../../ports/index.ts'
import type { Database } from '../../store/database.ts'
import type { Schema } from '../../store/schema.ts'
import { bossClockIsReal, moveBossClock, startBoss } from './boss.ts'
import { forgetFinished, jobSource, jobsIn, type ShowParked } from './source.ts'

export { derivedId, type ShowParked } from './source.ts'

export interface JobStore {
  /** The Jobs port inside one open transaction. */
  in(tx: Transaction<Schema>): Jobs
  readonly source: JobSource
  /** Development only: how far our clock is ahead of the real one. */
  moveClock(offsetMs: number): Promise<void>
  /** Work that sends itself again: makes each unless it waits or runs already. */
  begin(jobs: readonly Job[]): Promise<void>
  /** Deletes what was finished a day ago. */
  forgetFinished(): Promise<void>
  close(): Promise<void>
}

export interface JobStoreParts {
  readonly db: Database
  readonly pool: pg.Pool
  /** The owner of the job tables, where that is another user: only it may move their clock. */
  readonly owner?: Database
  /** By which the instants of jobs are meant. */
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly showParked: ShowParked
  /** Production: the jobs' clock is the real one, and a database that says otherwise is refused. */
  readonly production: boolean
}

/** Makes or migrates the job store's tables and queues, as their owner. */
export async function installJobs(db: Database, pool: pg.Pool): Promise<void> {
  const boss = await startBoss(db, pool, () => {})
  await boss.stop({ graceful: false, close: false })
}

/** Opens the job store on our database; makes or migrates its tables where they are not installed. */
export async function openJobs(parts: JobStoreParts): Promise<JobStore> {
  const { db, pool, log, production } = parts
  const onError = (error: Error) => log.error({ why: error.message }, 'the job store had an error')
  const boss = await startBoss(db, pool, onError)
  if (production && !(await bossClockIsReal(db as never))) {
    throw new Error(
      'the job clock of this database was moved for development: use another database',
    )
  }
  const keeping = { boss, clock: parts.clock }
  return {
    in: (tx) => jobsIn(keeping, tx),
    source: jobSource(keeping, db, parts.showParked),
    moveClock: async (offsetMs) => {
      if (production) throw new Error('the job clock is never moved in production')
      await moveBossClock((parts.owner ?? db) as never, offsetMs)
    },
    begin: (jobs) =>
      db.transaction().execute(async (tx) => {
        for (const job of jobs) await jobsIn(keeping, tx).enqueue(job)
      }),
    forgetFinished: () => forgetFinished(db),
    close: () => boss.stop({ graceful: false, close: false }),
  }
}

/**
 * The same store, telling the loop when a committed transaction left work that is due, so that it
 * need not wait for its next look. Only a hint: the database is the truth.
 */
export function hinting(store: Store, hint: (dueAtMs: number) => void): Store {
  return {
    read: store.read,
    platformKeys: store.platformKeys,
    transaction: async (body) => {
      const due: number[] = []
      const result = await store.transaction((tx) => {
        const enqueue = async (job: Job) => {
          due.push(job.runAt)
          await tx.jobs.enqueue(job)
        }
        return body({ ...tx, jobs: { enqueue } })
      })
      if (due.length > 0) hint(Math.min(...due))
      return result
    },
  }
}
