// Schemas from before the first release that was kept: its rows, as far as each of them could hold
// them, migrated from there. Refunds came with 0002, so that 0001 would hold half of their story.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../server/store/migrate.ts'
import { rowsIn } from './keep/dump.ts'
import { keptVersions, readRelease } from './keep/release.ts'
import { columnsOf } from './keep/schema.ts'
import { booksOf } from './support/books.ts'
import { blankDatabase, databaseFrom, type OldDatabase } from './support/databases.ts'
import { expectKept, promisesOf } from './support/end.ts'

const [oldest = ''] = keptVersions()
// People could not be forgotten before 0007.
const database = readRelease(oldest).database.replaceAll('"forgotten"', '"active"')

/** Promises that have nothing to look at, because bills came with 0005. */
const aboutBills = ['I-32', 'I-33', 'I-35']

let old: OldDatabase
let known: readonly string[]

beforeAll(async () => {
  const whole = await databaseFrom(database)
  known = await promisesOf(whole.pool)
  await whole.drop()
})
beforeEach(async () => {
  old = await blankDatabase()
})
afterEach(async () => {
  await old.drop()
})

/** The rows in the schema after this step. */
async function asOf(step: string): Promise<void> {
  await migrate(old.db, 0, step)
  const known = new Set((await columnsOf(old.pool)).map(({ table, name }) => `${table}.${name}`))
  await old.pool.query(rowsIn(database, (column) => known.has(column)))
}

/** Fees and money to the bank were booked from 0005 on, and sealed entries cannot be left out. */
async function withoutFees(): Promise<void> {
  await old.pool.query(`SET LOCAL session_replication_role = replica;
    DELETE FROM entry WHERE transition IN ('fee', 'fee_returned', 'top_up', 'withdrawal');
    DELETE FROM posting p WHERE NOT EXISTS (SELECT FROM entry WHERE id = p.entry_id)`)
}

describe('migrated from the schema after', () => {
  test.each([
    ['0002-refunds', aboutBills],
    ['0003-webhooks', aboutBills],
    ['0004-ledger', aboutBills],
    ['0005-bills', []],
    ['0006-shipping', []],
  ])('%s, the books are the same to the fen and every promise is kept', async (step, empty) => {
    await asOf(step)
    if (step < '0004') await withoutFees()
    const before = await booksOf(old.pool)
    expect(Object.values(before).filter((rows) => rows.length === 0)).toEqual([])
    await migrate(old.db, 1)
    expect(await booksOf(old.pool)).toMatchObject(before)
    const idle = await expectKept(old.pool)
    expect(idle.filter((id) => known.includes(id))).toEqual(empty)
    const { rows } = await old.pool.query('SELECT count(*) > 0 AS found FROM seal')
    expect(rows[0].found).toBe(step >= '0004')
  })

  test('0003-webhooks, every entry learns its merchant and when it happened as later code would have written it', async () => {
    const sql = 'SELECT id, transition, mchid, happened_at_ms AS at FROM entry ORDER BY id'
    await asOf('0007-parties')
    const known = new Map((await old.pool.query(sql)).rows.map((row) => [row.id, row]))
    await old.drop()
    old = await blankDatabase()
    await asOf('0003-webhooks')
    await withoutFees()
    await migrate(old.db, 1)
    const { rows } = await old.pool.query(sql)
    expect(rows.length).toBeGreaterThan(30)
    expect(rows.filter((row) => known.get(row.id)?.mchid !== row.mchid)).toEqual([])
    // What came into suspense was at WeChat a little before it was here; nothing kept when.
    const moved = rows.filter(({ transition }) => /^(paid|succeeded)$/.test(transition))
    expect(moved.filter((row) => known.get(row.id)?.at !== row.at)).toEqual([])
  })
})
