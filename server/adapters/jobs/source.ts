import { createHash } from 'node:crypto'
import type { Instant } from '@minitill/protocol/model'
import { sql, type Transaction } from 'kysely'
import { fromKysely, type PgBoss } from 'pg-boss'
import type { Clock } from '../../ports/index.ts'
import type { Claim, Job, JobSource, Jobs, Queue } from '../../ports/jobs.ts'
import type { Database } from '../../store/database.ts'
import type { Schema } from '../../store/schema.ts'
import { bossSchema, deadLetterQueue, queues } from './boss.ts'

/** Shows a parked job to a person, in the transaction that parks it. */
export type ShowParked = (tx: Transaction<Schema>, claim: Claim, reason: string) => Promise<void>

const jobTable = sql.table(`${bossSchema}.job`)
const jobNow = sql.raw(`${bossSchema}.job_now()`)

/** Where jobs are kept, and the clock by which those who send them count. */
export interface Keeping {
  readonly boss: PgBoss
  readonly clock: Pick<Clock, 'now'>
}

/** Enqueues in the transaction that it is given; an id or key that is there already stays one job. */
export function jobsIn(keeping: Keeping, tx: Transaction<Schema>): Jobs {
  return { enqueue: (job) => send(keeping, tx, job) }
}

/** The side of the loop. Every change of a claimed job is fenced by its attempt. */
export function jobSource(keeping: Keeping, db: Database, showParked: ShowParked): JobSource {
  const { boss, clock } = keeping
  const end = async (tx: Transaction<Schema>, claim: Claim): Promise<boolean> => {
    const held = { id: claim.id, retryCount: claim.attempt - 1 }
    const answer = await boss.complete(claim.queue, held, undefined, { db: fromKysely(tx) })
    return affected(answer) === 1
  }
  const inOne = (body: (tx: Transaction<Schema>) => Promise<void>) => db.transaction().execute(body)
  return {
    claim: (queue, limit, without) => claim(boss, queue, limit, without),
    finish: (claim) => inOne(async (tx) => void (await end(tx, claim))),
    again: (claim, runAt) =>
      inOne(async (tx) => {
        // A worker whose lease ran out no longer speaks for the job: its successor is not sent.
        if (await end(tx, claim)) await send(keeping, tx, successor(claim, runAt))
      }),
    retry: (claim, runAt) => retry(db, claim, waitMs(clock, runAt)),
    park: (claim, reason, comesAgain) =>
      inOne(async (tx) => {
        if (!(await end(tx, claim))) return
        const letter = { queue: claim.queue, id: claim.id, data: claim.data, reason }
        const id = derivedId(`park:${claim.id}`)
        await boss.send(deadLetterQueue, letter, { db: fromKysely(tx), id })
        await showParked(tx, claim, reason)
        if (comesAgain !== null) await send(keeping, tx, successor(claim, comesAgain))
      }),
    reap: (inHand) => reap(db, inHand),
  }
}

/**
 * Who takes jobs counts by the clock of the database, so that an instant of ours is told to it as
 * the time until then: otherwise a machine whose clock is slow would find what it has put off due
 * at once, and ask WeChat twice a second.
 */
function waitMs(clock: Keeping['clock'], runAt: Instant): number {
  return Math.max(0, runAt - clock.now())
}

async function send({ boss, clock }: Keeping, tx: Transaction<Schema>, job: Job): Promise<void> {
  const exclusive = queues[job.queue].policy === 'exclusive'
  await boss.send(job.queue, job.data, {
    db: fromKysely(tx),
    id: job.id,
    startAfter: `${waitMs(clock, job.runAt)} milliseconds`,
    ...(job.party === undefined ? {} : { group: { id: job.party } }),
    ...(exclusive ? { singletonKey: String(job.data['key'] ?? job.data['mchid'] ?? 'one') } : {}),
  })
}

async function claim(
  boss: PgBoss,
  queue: Queue,
  limit: number,
  without: readonly string[],
): Promise<readonly Claim[]> {
  const ignoreGroups = [...without]
  const how = { batchSize: limit, includeMetadata: true as const, ignoreGroups }
  const jobs = await boss.fetch<Claim['data']>(queue, how)
  return jobs.map(({ id, data, retryCount, groupId }) => {
    return { id, queue, data, attempt: retryCount + 1, party: groupId ?? null }
  })
}

/** The successor's id follows from the job's, so that saying "again" twice makes one of it. */
function successor(claim: Claim, runAt: Instant): Job {
  const data = claim.data as Job['data']
  const party = claim.party === null ? {} : { party: claim.party }
  return { queue: claim.queue, id: derivedId(`again:${claim.id}`), data, runAt, ...party }
}

/** A uuid (version 8) made from a text: the same text, the same id, in every process. */
export function derivedId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

async function retry(db: Database, claim: Claim, delayMs: number): Promise<void> {
  await sql`
    UPDATE ${jobTable} SET state = 'retry', start_after = ${jobNow} + ${delayMs} * interval '1 millisecond'
    WHERE name = ${claim.queue} AND id = ${claim.id} AND state = 'active'
      AND retry_count = ${claim.attempt - 1}`.execute(db)
}

/**
 * A lease that ran out: the worker was killed. The next attempt counts one higher. What the asker
 * has in hand gets a new lease first, unless another worker has taken it over. A job whose row is
 * locked is just being ended, renewed or reaped by somebody: it is passed over, since two that wait
 * for each other's rows are a deadlock.
 */
async function reap(db: Database, inHand: readonly Claim[]): Promise<void> {
  if (inHand.length > 0) {
    const held = inHand.map(({ id, attempt }) => ({ id, retries: attempt - 1 }))
    await sql`
      WITH held AS MATERIALIZED (
        SELECT j.name, j.id FROM ${jobTable} j
        JOIN jsonb_to_recordset(${JSON.stringify(held)}::jsonb) AS h (id uuid, retries int)
          ON j.id = h.id AND j.retry_count = h.retries
        WHERE j.state = 'active' FOR UPDATE OF j SKIP LOCKED)
      UPDATE ${jobTable} j SET started_on = ${jobNow}
      FROM held WHERE j.name = held.name AND j.id = held.id`.execute(db)
  }
  await sql`
    WITH vanished AS MATERIALIZED (
      SELECT name, id FROM ${jobTable}
      WHERE state = 'active' AND started_on + expire_seconds * interval '1s' < ${jobNow}
      FOR UPDATE SKIP LOCKED)
    UPDATE ${jobTable} j SET state = 'retry', start_after = ${jobNow}
    FROM vanished v WHERE j.name = v.name AND j.id = v.id`.execute(db)
}

/** Forgets finished jobs of yesterday and before; a repeated enqueue of one of them is long over. */
export async function forgetFinished(db: Database): Promise<void> {
  await sql`
    DELETE FROM ${jobTable} WHERE state IN ('completed', 'cancelled', 'failed')
      AND completed_on < ${jobNow} - interval '1 day'`.execute(db)
}

function affected(answer: unknown): number {
  const count = (answer as { affected?: unknown }).affected
  return typeof count === 'number' ? count : 0
}
