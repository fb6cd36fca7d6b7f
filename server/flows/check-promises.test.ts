import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CollectingLog, CollectingMeter } from '../../tests/support/observers.ts'
import { type StoryShop, storyShop } from '../../tests/support/story-shop.ts'
import { type PromiseId, promiseIds } from '../domain/live-promise.ts'
import { askPromises, checkPromises } from './check-promises.ts'
import { readPromises } from './read-console.ts'
import { sealLedger } from './seal-ledger.ts'

let story: StoryShop
const log = new CollectingLog()
const meter = new CollectingMeter()

beforeAll(async () => {
  story = await storyShop()
  Object.assign(story.shop.box.ports, { log, meter })
  await sealLedger(story.shop.box.ports)
})
afterAll(async () => {
  await story.shop.box.close()
})

async function check() {
  story.shop.advance(3_600_000)
  log.lines.length = 0
  return await checkPromises(story.shop.box.ports, { once: false })
}
async function result(id: PromiseId) {
  const found = (await readPromises(story.shop.box.ports)).find((one) => one.id === id)
  return found?.result ?? null
}
const errors = () => log.lines.filter(({ level }) => level === 'error')
const tasks = async () =>
  (await story.shop.tasksAbout('promise:')).map(({ status, resolution, detail }) => ({
    ...{ status, resolution, detail },
  }))
const events = async () => {
  const query = story.shop.box.db.selectFrom('event').selectAll()
  return await query.where('type', '=', 'promise.broken').orderBy('version').execute()
}
async function asOwner(statement: string): Promise<void> {
  await story.shop.box.db.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx)
    await sql.raw(statement).execute(tx)
  })
}

test('every hour each promise is checked whole, and kept ones are silent', async () => {
  expect((await readPromises(story.shop.box.ports)).every((one) => one.result === null)).toBe(true)
  expect(await check()).toEqual({ again: story.shop.now + 3_600_000 })
  const all = await readPromises(story.shop.box.ports)
  expect(all.map(({ id }) => id)).toEqual(promiseIds)
  for (const { id, result: one } of all) {
    expect(one, id).toMatchObject({ brokenCount: 0, broken: [], brokenSinceMs: null })
    expect(one, id).toMatchObject({ checkedAtMs: story.shop.now, wholeAtMs: story.shop.now })
    expect(one?.rowsChecked, id).toBeGreaterThan(0)
  }
  expect([errors(), await tasks(), await events()]).toEqual([[], [], []])
})

test('a broken one is a task, an event, a count and a line of the log, and ends when mended', async () => {
  const { id } = story.refunded
  await asOwner(`UPDATE customer_order SET refunded_total_fen = 1 WHERE id = '${id}'`)
  await check()
  const since = story.shop.now
  const subject = `customer_order:${id}`
  const why = 'its refunded total is not the sum of its refunds'
  expect(await result('I-29')).toMatchObject({ brokenCount: 1, broken: [{ subject, why }] })
  expect(errors().map(({ fields }) => fields)).toEqual([
    { promise: 'I-29', broken: 1, first: subject, why },
  ])
  expect(meter.total('promise_broken_total')).toBe(1)
  const detail = { promise: 'I-29', broken: 1, first: subject, why }
  expect(await tasks()).toEqual([{ status: 'open', resolution: null, detail }])
  // Still broken: loud in the log, but no second task and no second event.
  await check()
  expect([errors().length, (await tasks()).length, (await events()).length]).toEqual([1, 1, 1])
  expect((await events())[0]).toMatchObject({ subject: 'promise:I-29', version: since })
  expect((await result('I-29'))?.brokenSinceMs).toBe(since)
  await asOwner(`UPDATE customer_order SET refunded_total_fen = 900 WHERE id = '${id}'`)
  await check()
  expect(await result('I-29')).toMatchObject({ brokenCount: 0, brokenSinceMs: null })
  expect(await tasks()).toMatchObject([{ status: 'resolved', resolution: 'kept again' }])
  expect(errors()).toEqual([])
})

test('I-27 a changed entry is found by its seal and id', async () => {
  const [entry] = await story.shop.box.ports.store.read.ledger.ofSubject(
    `payment:${story.twice.paymentId}`,
  )
  const times = `UPDATE entry SET happened_at_ms = happened_at_ms`
  await asOwner(`${times} + 1 WHERE id = '${entry?.id}'`)
  await check()
  const broken = [{ subject: `seal:1 entry:${entry?.id}`, why: 'changed' }]
  expect(await result('I-27')).toMatchObject({ brokenCount: 1, broken })
  await asOwner(`${times} - 1 WHERE id = '${entry?.id}'`)
  await check()
  expect(await result('I-27')).toMatchObject({ brokenCount: 0 })
})

test('one that cannot be checked is told, keeps the others from nothing, and comes again soon', async () => {
  const before = await result('I-9')
  await asOwner(
    "INSERT INTO inbox SELECT 'inb_odd', mchid, 'odd', event_type, original_type, '{', status, 0, 0 FROM inbox WHERE status = 'applied' AND original_type = 'transaction' LIMIT 1",
  )
  expect(await check()).toEqual({ again: story.shop.now + 300_000 })
  expect(errors().map(({ fields }) => fields['promise'])).toEqual(['I-9'])
  expect(await result('I-9')).toEqual(before)
  expect((await result('I-30'))?.checkedAtMs).toBe(story.shop.now)
  await asOwner("DELETE FROM inbox WHERE id = 'inb_odd'")
  expect(await check()).toEqual({ again: story.shop.now + 3_600_000 })
})

test('who looked at the same time as another keeps nothing twice', async () => {
  await asOwner(`UPDATE customer_order SET refunded_total_fen = 1 WHERE id = '${story.twice.id}'`)
  story.shop.advance(3_600_000)
  await Promise.all([1, 2, 3].map(() => checkPromises(story.shop.box.ports, { once: true })))
  expect((await events()).filter(({ version }) => version === story.shop.now).length).toBe(1)
  expect((await tasks()).filter(({ status }) => status === 'open').length).toBe(1)
  await asOwner(`UPDATE customer_order SET refunded_total_fen = 0 WHERE id = '${story.twice.id}'`)
})

test('a look that somebody asks for is one job beside the hourly one', async () => {
  story.shop.box.jobs.length = 0
  await askPromises(story.shop.box.ports)
  expect(story.shop.box.jobs).toMatchObject([{ queue: 'check-promises', data: { once: 1 } }])
  expect(await checkPromises(story.shop.box.ports, { once: true })).toBe('done')
})
