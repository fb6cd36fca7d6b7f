import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type OwnDatabase } from '../../tests/support/database.ts'
import { DatabaseProxy } from '../../tests/support/database-proxy.ts'
import { openDatabase, openPool } from './database.ts'

let database: OwnDatabase
let proxy: DatabaseProxy
const withinMs = 300

beforeAll(async () => {
  database = await freshDatabase()
  proxy = await DatabaseProxy.open(database.url)
})
afterAll(async () => {
  await proxy.close()
  await database.drop()
})

const swallowed = 'the database did not answer within 300 ms'

test('an answer that never comes ends its connection, and the pool makes another', async () => {
  const pool = openPool({ url: proxy.url }, 1, withinMs)
  const ask = async () => (await pool.query('SELECT 1 AS one')).rows
  expect(await ask()).toEqual([{ one: 1 }])
  proxy.goSilent()
  await expect(ask()).rejects.toThrow(swallowed)
  proxy.speakAgain()
  expect(await ask()).toEqual([{ one: 1 }])
  await pool.end()
})

test('a transaction whose line goes silent fails as a whole, and the next one is a new one', async () => {
  const pool = openPool({ url: proxy.url }, 1, withinMs)
  const db = openDatabase(pool)
  const begun = db.transaction().execute(async (tx) => {
    await tx.selectFrom('task').select('id').execute()
    proxy.goSilent()
    return await tx.selectFrom('task').select('id').execute()
  })
  await expect(begun).rejects.toThrow(/did not answer|connection error/)
  proxy.speakAgain()
  const rows = await db.transaction().execute((tx) => tx.selectFrom('task').select('id').execute())
  expect(rows).toEqual([])
  await db.destroy()
})

test('each statement has its own time, asked with a promise or a callback; a refusal stays one', async () => {
  const pool = openPool({ url: database.url }, 1, withinMs)
  await expect(pool.query('SELECT 1/0')).rejects.toThrow('division by zero')
  const slow = 'SELECT pg_backend_pid() AS pid, pg_sleep(0.2)'
  const client = await pool.connect()
  const promised = async () => (await client.query(slow)).rows[0].pid
  // Together longer than one may take; the connection stays.
  const pids = [await promised(), await promised()]
  client.release()
  for (let nth = 0; nth < 2; nth += 1) pids.push((await pool.query(slow)).rows[0].pid)
  expect(new Set(pids).size).toBe(1)
  await pool.end()
})
