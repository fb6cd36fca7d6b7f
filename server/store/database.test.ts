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

test('a refusal is told as it is', async () => {
  const pool = openPool({ url: database.url }, 1, withinMs)
  await expect(pool.query('SELECT 1/0')).rejects.toThrow('division by zero')
  await pool.end()
})

test('a connection that was answered and has no work may be silent for as long as it likes', async () => {
  const pool = openPool({ url: database.url }, 2, withinMs)
  const pid = 'SELECT pg_backend_pid() AS pid'
  // One that is asked with a promise and one with a callback, as pg-pool itself does.
  const client = await pool.connect()
  const asked = async () => [
    (await client.query(pid)).rows[0].pid,
    (await pool.query(pid)).rows[0].pid,
  ]
  const first = await asked()
  const elsewhere = openPool({ url: database.url }, 1)
  await elsewhere.query('SELECT pg_sleep(0.5)')
  expect(await asked()).toEqual(first)
  client.release()
  await Promise.all([pool.end(), elsewhere.end()])
})
