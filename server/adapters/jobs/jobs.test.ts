import { randomUUID } from 'node:crypto'
import { instant } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../tests/support/database.ts'
import type { Claim, Job } from '../../ports/index.ts'
import { type Database, openDatabase, openPool } from '../../store/database.ts'
import { type JobStore, openJobs } from './index.ts'

let fresh: Awaited<ReturnType<typeof freshDatabase>>
let pool: pg.Pool
let db: Database
let jobs: JobStore
/** How far our clock is ahead of the real one. */
let aheadMs = 0
const errors: string[] = []
const log = { info: () => {}, warn: () => {}, error: (_: object, m: string) => void errors.push(m) }

const open = (production = false) =>
  openJobs({
    db,
    pool,
    clock: { now: () => instant(Date.now() + aheadMs) },
    log,
    production,
    showParked: async (tx, claim, reason) => {
      await sql`INSERT INTO task (id, kind, subject, reason, detail, status, created_at_ms)
        VALUES (${claim.id}, 'job_parked', ${claim.id}, ${reason}, '{}', 'open', 0)`.execute(tx)
    },
  })

beforeAll(async () => {
  fresh = await freshDatabase()
  pool = openPool({ url: fresh.url }, 5)
  db = openDatabase(pool)
  jobs = await open()
})
afterAll(async () => {
  await jobs.close()
  await db.destroy()
  await fresh.drop()
})

const job = (queue: Job['queue'], more: Partial<Job> = {}): Job => ({
  queue,
  id: randomUUID(),
  data: { n: 1 },
  runAt: instant(Date.now() + aheadMs - 1000),
  ...more,
})
const enqueue = (...all: Job[]) => jobs.begin(all)
const claimOne = async (queue: Job['queue']): Promise<Claim> => {
  const [claim] = await jobs.source.claim(queue, 1, [])
  if (claim === undefined) throw new Error(`no job in ${queue}`)
  return claim
}
const waiting = async (queue: string) => {
  const found = await sql<{ n: number }>`SELECT count(*) AS n FROM pgboss.job
    WHERE name = ${queue} AND state < 'active'`.execute(db)
  return found.rows[0]?.n
}

test('a job exists if and only if its transaction committed, and its id makes it one', async () => {
  const one = job('close-order')
  const failed = db.transaction().execute(async (tx) => {
    await jobs.in(tx).enqueue(one)
    throw new Error('rolled back')
  })
  await expect(failed).rejects.toThrow('rolled back')
  expect(await waiting('close-order')).toBe(0)
  await enqueue(one, one)
  await enqueue(one)
  expect(await waiting('close-order')).toBe(1)
  const claim = await claimOne('close-order')
  expect(claim).toMatchObject({ id: one.id, queue: 'close-order', data: { n: 1 }, attempt: 1 })
  expect(await jobs.source.claim('close-order', 5, [])).toEqual([])
  await jobs.source.finish(claim)
  await enqueue(one)
  expect(await waiting('close-order')).toBe(0)
})

test('a job for later is not handed out before its time', async () => {
  await enqueue(job('ask-wechat', { runAt: instant(Date.now() + 60_000) }))
  expect(await jobs.source.claim('ask-wechat', 5, [])).toEqual([])
  await jobs.moveClock(61_000)
  const claim = await claimOne('ask-wechat')
  await jobs.moveClock(0)
  await jobs.source.finish(claim)
})

test('a worker whose clock is slow or fast puts work off by as long as it means', async () => {
  for (const ahead of [-300_000, 0, 300_000]) {
    aheadMs = ahead
    const runAt = instant(Date.now() + ahead + 60_000)
    await enqueue(job('ask-wechat'), job('ask-wechat'), job('ask-wechat', { runAt }))
    const [one, other] = await jobs.source.claim('ask-wechat', 5, [])
    if (!one || !other) throw new Error('two are due')
    await jobs.source.again(one, runAt)
    await jobs.source.retry(other, runAt)
    await jobs.moveClock(50_000)
    expect(await jobs.source.claim('ask-wechat', 5, [])).toEqual([])
    await jobs.moveClock(61_000)
    const due = await jobs.source.claim('ask-wechat', 5, [])
    expect(due).toHaveLength(3)
    for (const claim of due) await jobs.source.finish(claim)
    await jobs.moveClock(0)
  }
  aheadMs = 0
})

test('again: one successor, however often it is said, and attempt 1 again', async () => {
  await enqueue(job('ask-wechat'))
  const claim = await claimOne('ask-wechat')
  const now = instant(Date.now() - 1)
  await Promise.all([jobs.source.again(claim, now), jobs.source.again(claim, now)])
  expect(await waiting('ask-wechat')).toBe(1)
  const next = await claimOne('ask-wechat')
  expect([next.attempt, next.id === claim.id, next.data]).toEqual([1, false, { n: 1 }])
  await jobs.source.finish(next)
})

test('retry counts attempts, and a worker whose lease ran out no longer speaks for the job', async () => {
  await enqueue(job('apply-notification'))
  const first = await claimOne('apply-notification')
  await jobs.source.retry(first, instant(Date.now() - 1))
  const second = await claimOne('apply-notification')
  expect([second.id, second.attempt]).toEqual([first.id, 2])
  await jobs.moveClock(61_000)
  await jobs.source.reap([])
  const third = await claimOne('apply-notification')
  expect(third.attempt).toBe(3)
  await jobs.source.again(second, instant(Date.now() - 1))
  await jobs.source.park(second, 'late', null)
  expect(await waiting('apply-notification')).toBe(0)
  await jobs.source.finish(third)
  await jobs.moveClock(0)
})

test('what a living worker has in hand outlasts a clock that jumps, but not another worker’s claim', async () => {
  await enqueue(job('ask-wechat'))
  const first = await claimOne('ask-wechat')
  await jobs.moveClock(61_000)
  await jobs.source.reap([first])
  expect(await jobs.source.claim('ask-wechat', 5, [])).toEqual([])
  // A worker that slept for as long as its lease is overtaken, and renews nothing.
  await jobs.moveClock(122_000)
  await jobs.source.reap([])
  const second = await claimOne('ask-wechat')
  expect([second.id, second.attempt]).toEqual([first.id, 2])
  await jobs.moveClock(183_000)
  await jobs.source.reap([first])
  const third = await claimOne('ask-wechat')
  expect([third.id, third.attempt]).toEqual([first.id, 3])
  await jobs.source.finish(third)
  await jobs.moveClock(0)
})

test('who renews and reaps waits for no row: two that wait for each other are a deadlock', async () => {
  await enqueue(job('ask-wechat'), job('ask-wechat'), job('close-order'), job('close-order'))
  const held = await jobs.source.claim('ask-wechat', 2, [])
  const vanished = await jobs.source.claim('close-order', 2, [])
  const ids = (claims: readonly Claim[]) => claims.map(({ id }) => id).toSorted()
  const locked = [held[0]?.id, vanished[0]?.id]
  await jobs.moveClock(61_000)
  await db.transaction().execute(async (other) => {
    await sql`SELECT id FROM pgboss.job WHERE id = ANY(${locked}) FOR UPDATE`.execute(other)
    await jobs.source.reap(held)
  })
  // What nobody had in his hands was reaped; what was locked comes with the next look.
  const again = await jobs.source.claim('close-order', 5, [])
  expect(ids(again)).toEqual(ids(vanished.slice(1)))
  await jobs.source.reap(held.slice(1))
  expect(ids(await jobs.source.claim('close-order', 5, []))).toEqual(ids(vanished.slice(0, 1)))
  expect(ids(await jobs.source.claim('ask-wechat', 5, []))).toEqual(ids(held.slice(0, 1)))
  await sql`DELETE FROM pgboss.job WHERE name IN ('ask-wechat', 'close-order')`.execute(db)
  await jobs.moveClock(0)
})

test('parked: kept, shown to a person once, in one transaction', async () => {
  await enqueue(job('close-order'))
  const claim = await claimOne('close-order')
  await jobs.source.park(claim, 'WeChat says stop', null)
  await jobs.source.park(claim, 'WeChat says stop', null)
  expect(await waiting('parked')).toBe(1)
  const tasks = await sql`SELECT reason FROM task WHERE subject = ${claim.id}`.execute(db)
  expect(tasks.rows).toEqual([{ reason: 'WeChat says stop' }])
})

test('standing work that is parked is shown once and stays one chain', async () => {
  await enqueue(job('sweep'))
  const claim = await claimOne('sweep')
  const soon = instant(Date.now() - 1)
  await jobs.source.park(claim, 'failed', soon)
  await jobs.source.park(claim, 'failed', soon)
  const next = await claimOne('sweep')
  expect([next.id === claim.id, next.attempt]).toEqual([false, 1])
  await jobs.source.finish(next)
  expect(await waiting('sweep')).toBe(0)
})

test('periodic work is one chain, also when two processes begin it at the same time', async () => {
  const begin = () =>
    jobs.begin([job('sweep'), job('refresh-platform-keys', { data: { mchid: '1' } })])
  await Promise.all([begin(), begin(), begin()])
  await jobs.begin([job('refresh-platform-keys', { data: { mchid: '2' } })])
  expect([await waiting('sweep'), await waiting('refresh-platform-keys')]).toEqual([1, 2])
  const claim = await claimOne('sweep')
  await begin()
  expect(await waiting('sweep')).toBe(0)
  await jobs.source.again(claim, instant(Date.now() - 1))
  await begin()
  expect(await waiting('sweep')).toBe(1)
})

test('several processes may open the store at once', async () => {
  const other = await freshDatabase()
  const otherPool = openPool({ url: other.url }, 8)
  const otherDb = openDatabase(otherPool)
  const clock = { now: () => instant(Date.now()) }
  const where = { db: otherDb, pool: otherPool, clock, log }
  const parts = { ...where, production: true, showParked: async () => {} }
  const opened = await Promise.all([openJobs(parts), openJobs(parts), openJobs(parts)])
  await Promise.all(opened.map((store) => store.close()))
  await otherDb.destroy()
  await other.drop()
})

test('production refuses to move the job clock, and a database whose job clock was moved', async () => {
  await jobs.moveClock(5_000)
  await expect(open(true)).rejects.toThrow('moved for development')
  await jobs.moveClock(0)
  const production = await open(true)
  await expect(production.moveClock(1)).rejects.toThrow('never moved')
  await production.close()
})

test('nothing of the parties that are left out is claimed, and a successor keeps its party', async () => {
  const [theirs, ours] = ['theirs', 'ours'].map((party) => job('ask-wechat', { party }))
  if (theirs === undefined || ours === undefined) throw new Error('no jobs')
  await enqueue(theirs, ours, job('ask-wechat'))
  const claims = await jobs.source.claim('ask-wechat', 5, ['theirs'])
  expect(claims.map(({ party }) => party).toSorted()).toEqual(['ours', null].toSorted())
  const [rest] = await jobs.source.claim('ask-wechat', 5, [])
  expect(rest).toMatchObject({ id: theirs.id, party: 'theirs' })
  if (rest !== undefined) await jobs.source.again(rest, theirs.runAt)
  expect(await jobs.source.claim('ask-wechat', 5, ['theirs'])).toEqual([])
  expect(await jobs.source.claim('ask-wechat', 5, [])).toMatchObject([{ party: 'theirs' }])
})

test('the SQL of the job store reads the time through job_now() and nowhere else', async () => {
  const functions = await sql<{ name: string; body: string }>`
    SELECT p.proname AS name, p.prosrc AS body FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'pgboss' ORDER BY 1`.execute(db)
  const readers = functions.rows.filter(({ name, body }) => {
    const text = body.replaceAll('job_now()', '')
    return name !== 'job_now' && /\bnow\(\)|clock_timestamp|current_timestamp/i.test(text)
  })
  // pg-boss's own names for what we never use; a new one here means: look at it before upgrading.
  expect(readers.map((row) => row.name)).toEqual([])
  const moved = 400 * 24 * 3600 * 1000
  await jobs.moveClock(moved)
  aheadMs = moved
  await enqueue(job('close-order', { runAt: instant(Date.now() + moved - 1) }))
  const claim = await claimOne('close-order')
  await jobs.source.finish(claim)
  const rows = await sql<{ created: Date; completed: Date; started: Date }>`
    SELECT created_on AS created, started_on AS started, completed_on AS completed
    FROM pgboss.job WHERE id = ${claim.id}`.execute(db)
  for (const at of Object.values(rows.rows[0] ?? {})) {
    expect(Math.abs(at.getTime() - Date.now() - moved)).toBeLessThan(10_000)
  }
  await jobs.moveClock(0)
  aheadMs = 0
})
