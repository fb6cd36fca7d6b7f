// The way to the database fails under load: lines go silent or are cut, a COMMIT happens and nobody
// hears of it, it takes no writes for a while, or somebody holds what everybody needs. It comes back,
// and nothing about money is wrong.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPool } from '../../server/store/database.ts'
import { freshDatabase, type OwnDatabase } from '../support/database.ts'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { until } from '../support/pair.ts'
import { Crew } from './crew.ts'
import { crowd, truth, untilOrders } from './crowd.ts'

const longMs = 180_000
const people = 12
const ordersEach = 4

let database: OwnDatabase
let proxy: DatabaseProxy
let crew: Crew

beforeEach(async () => {
  database = await freshDatabase()
  proxy = await DatabaseProxy.open(database.url)
  crew = await Crew.open({ databaseUrl: database.url, serversReach: proxy.url })
  await crew.join()
  await crew.join()
  await crew.stockUp()
})
afterEach(async () => {
  await crew.pair.stop()
  await proxy.close()
  await database.drop()
})

test(
  'COMMITs whose answer is lost: what was done is not done twice, what was asked is answered',
  async () => {
    const load = crowd(crew.pair, people, ordersEach)
    for (let round = 1; round <= 8; round += 1) {
      proxy.loseCommits(3)
      await until(
        async () => proxy.lostCommits,
        (lost) => lost >= 3 * round,
        60_000,
      )
    }
    await load
    expect(proxy.lostCommits).toBe(24)
    expect(await truth(crew.pair)).toEqual([])
  },
  longMs,
)

test(
  'lines that are cut in the middle of the work: transactions on them are as if they never were',
  async () => {
    const load = crowd(crew.pair, people, ordersEach)
    for (const count of [5, 15, 25, 35]) {
      await untilOrders(crew.pair, count)
      proxy.cut()
    }
    await load
    expect(await truth(crew.pair)).toEqual([])
  },
  longMs,
)

test(
  'lines that go silent: nobody waits for them for ever, and new ones take over',
  async () => {
    const load = crowd(crew.pair, people, ordersEach)
    await untilOrders(crew.pair, 10)
    proxy.goSilent()
    expect(proxy.silenced).toBeGreaterThan(0)
    proxy.speakAgain()
    await load
    expect(await truth(crew.pair)).toEqual([])
  },
  longMs,
)

test(
  'a database that takes no writes for a while, and one whose payments somebody holds',
  async () => {
    const admin = openPool({ url: database.url }, 1)
    const [{ name }] = (await admin.query('SELECT current_database() AS name')).rows
    const load = crowd(crew.pair, people, ordersEach)
    await untilOrders(crew.pair, 8)
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    proxy.cut()
    await until(
      () => crew.pair.server.get('/readyz'),
      ({ status }) => status < 500,
    )
    await admin.query('SET default_transaction_read_only = off')
    await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
    proxy.cut()
    await untilOrders(crew.pair, 20)
    const holder = await admin.connect()
    await holder.query('BEGIN; LOCK TABLE payment IN ACCESS EXCLUSIVE MODE')
    await holder.query('SELECT pg_sleep(7)')
    await holder.query('COMMIT')
    holder.release()
    await load
    expect(await truth(crew.pair)).toEqual([])
    await admin.end()
  },
  longMs,
)
