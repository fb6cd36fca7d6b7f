// Several servers on one PostgreSQL: a worker that stands still past its lease and goes on, two that
// both have the same standing work to do, an old one that makes room for a new one, and a crowd on
// more connections than one of them has.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { freshDatabase, type OwnDatabase } from '../support/database.ts'
import { until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { Crew } from './crew.ts'
import { crowd, truth, untilOrders } from './crowd.ts'
import { cup, hourMs, minuteMs, pass, passing } from './stage.ts'

const longMs = 90_000

let database: OwnDatabase
let crew: Crew
let wechat: Wechat
let till: Till

beforeEach(async () => {
  database = await freshDatabase()
  crew = await Crew.open({ databaseUrl: database.url })
  wechat = new Wechat(crew.pair)
  till = new Till(crew.pair)
})
afterEach(async () => {
  await crew.pair.stop()
  await database.drop()
})

/** Where a worker stands still: before it asks, when it was answered, and with its locks in hand. */
const standstills = [
  'send-refund/refund/before-send',
  'send-refund/refund/answered-not-stored',
  'send-refund/answered/before-commit',
  'ask-refund/apply/after-commit',
]

test.each(standstills)(
  'a worker that stands still at %s past its lease, and goes on when another did the work',
  async (point) => {
    const slow = await crew.join('armable')
    await crew.stockUp()
    const person = await Shopper.arrive(crew.pair)
    const { id } = await bought(person, cup)
    await slow.freezeAt(point)
    const refund = await till.refund(id, 2500)
    await passing(
      crew.pair,
      minuteMs,
      async () => slow.output,
      (output) => output.includes(`frozen at ${point}`),
    )
    const quick = await crew.join()
    crew.giveUp(slow)
    await passing(
      crew.pair,
      15 * minuteMs,
      () => till.look(refund),
      ({ status }) => status === 'succeeded',
    )
    slow.process.kill('SIGCONT')
    // It believes that the job is still its own: it says what it has to say, and nothing comes of it.
    await slow.isAwake()
    expect(await truth(crew.pair)).toEqual([])
    expect(await crew.leave(slow, 'SIGKILL')).toBe(null)
    expect(await crew.leave(quick)).toBe(0)
    const there = (await crew.pair.simulator.get('/_sim/refunds')).json.data
    expect(there).toHaveLength(1)
  },
  longMs,
)

test(
  'two servers with the same standing work for three days: each day is asked for once',
  async () => {
    await crew.join()
    await crew.join()
    await crew.stockUp()
    const person = await Shopper.arrive(crew.pair, 100_000_000)
    const accounts = new Accounts(crew.pair, till, wechat)
    const dates: string[] = []
    for (let day = 0; day < 3; day += 1) {
      dates.push(accounts.today())
      await bought(person, cup)
      await pass(crew.pair, accounts.msToNextDay())
      await accounts.until(dates.at(-1) ?? '')
      for (let hour = 0; hour < 6; hour += 1) await pass(crew.pair, hourMs)
    }
    for (const path of ['/v3/bill/tradebill', '/v3/bill/fundflowbill']) {
      const asked = (await wechat.seen('request', path)).map(
        ({ url }) => new URL(url, 'http://x').searchParams.get('bill_date') ?? '',
      )
      expect(asked.toSorted()).toEqual(dates)
    }
    const twins = `SELECT name, singleton_key, count(*)::int AS n FROM pgboss.job
      WHERE singleton_key IS NOT NULL AND state < 'completed'
      GROUP BY 1, 2 HAVING count(*) > 1`
    expect((await crew.pair.db.query(twins)).rows).toEqual([])
    const finished = `SELECT subject, count(*)::int AS n FROM event
      WHERE type = 'reconciliation.finished' GROUP BY 1 HAVING count(*) > 1`
    expect((await crew.pair.db.query(finished)).rows).toEqual([])
    expect(await truth(crew.pair)).toEqual([])
  },
  longMs,
)

test(
  'an old server makes room for a new one under load: nobody is turned away, nothing is done twice',
  async () => {
    const old = await crew.join()
    await crew.stockUp()
    const load = crowd(crew.pair, 12, 4)
    await untilOrders(crew.pair, 10)
    const fresh = await crew.join()
    await untilOrders(crew.pair, 20)
    const before = performance.now()
    expect(await crew.leave(old)).toBe(0)
    expect(performance.now() - before).toBeLessThan(10_000)
    await load
    expect(await truth(crew.pair)).toEqual([])
    expect(await crew.leave(fresh)).toBe(0)
  },
  longMs,
)

test(
  'forty people at once on two servers, 240 orders on 32 connections and more: all of it is true',
  async () => {
    await crew.join()
    await crew.join()
    await crew.stockUp()
    let most = 0
    let isOver = false
    const load = crowd(crew.pair, 40, 6).finally(() => {
      isOver = true
    })
    const sql = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`
    await until(
      async () => {
        most = Math.max(most, (await crew.pair.db.query(sql)).rows[0].n)
        return isOver
      },
      (over) => over,
      longMs,
    )
    await load
    expect(most).toBeGreaterThanOrEqual(32)
    const orders = 'SELECT count(*)::int AS n FROM customer_order'
    expect((await crew.pair.db.query(orders)).rows[0].n).toBe(240)
    expect(await truth(crew.pair)).toEqual([])
  },
  longMs,
)
