// The release before the present code goes on serving on the present schema: expand, migrate,
// contract. See docs/decisions/0041-one-step-of-two-versions.md.
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../server/store/migrate.ts'
import { rowsIn, schemaIn } from './keep/dump.ts'
import { missedBy, type Served } from './keep/expand.ts'
import { previousVersion, readRelease } from './keep/release.ts'
import { columnsOf } from './keep/schema.ts'
import { blankDatabase, databaseFrom, type OldDatabase } from './support/databases.ts'

const { database, uses } = readRelease(previousVersion())

let previous: Served
/** Empty, with the schema of the release before. */
let old: OldDatabase
/** Empty, with the present schema. */
let present: OldDatabase

beforeAll(async () => {
  old = await databaseFrom(schemaIn(database))
  previous = { columns: await columnsOf(old.pool), uses }
  present = await blankDatabase()
  await migrate(present.db, 0)
})
afterAll(async () => {
  await old.drop()
  await present.drop()
})

/** Whether the rows of the release before may be written there; then all is undone. */
async function takesRows(client: pg.ClientBase): Promise<boolean> {
  try {
    await client.query(`BEGIN; ${rowsIn(database)}`)
    return true
  } catch {
    return false
  } finally {
    await client.query('ROLLBACK')
  }
}

/** Does something with one connection. */
async function on<T>(
  { pool }: OldDatabase,
  act: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  return await act(client).finally(() => client.release())
}

/** What the check says of a change of the old schema, and whether the old rows fit; it is undone. */
async function changed(statement: string): Promise<{ missed: string[]; takes: boolean }> {
  return await on(old, async (client) => {
    await client.query(`BEGIN; ${statement}`)
    const missed = missedBy(previous, await columnsOf(client))
    return { missed, takes: await takesRows(client) }
  })
}

test('every column that the release before uses is there, and nothing new is demanded of it', async () => {
  expect(uses.length).toBeGreaterThan(300)
  expect(missedBy(previous, await columnsOf(present.pool))).toEqual([])
})

test('every row that the release before wrote may be written on the present schema', async () => {
  expect(rowsIn(database)).toContain('INSERT INTO public.customer_order')
  expect(await on(present, takesRows)).toBe(true)
})

describe('a migration that the release before would not survive is found', () => {
  test.each([
    [
      'a renamed column',
      'ALTER TABLE refund RENAME COLUMN reason TO why',
      ['refund.reason is gone', 'refund.why is new, NOT NULL and without a default'],
    ],
    [
      'a dropped table',
      'DROP TABLE trade_management',
      ['appid', 'asked_at_ms', 'managed'].map((name) => `trade_management.${name} is gone`),
    ],
    [
      'another type',
      'ALTER TABLE payment ALTER COLUMN request_body TYPE jsonb USING request_body::jsonb',
      ['payment.request_body was text and is jsonb'],
    ],
    [
      'an empty value that is refused from now on',
      'ALTER TABLE payment ALTER COLUMN prepay_id SET NOT NULL',
      ['payment.prepay_id may not be NULL any more'],
    ],
    [
      'a new column that must be given',
      'ALTER TABLE entry ADD COLUMN book text NOT NULL',
      ['entry.book is new, NOT NULL and without a default'],
    ],
  ])('%s', async (_what, statement, said) => {
    expect((await changed(statement)).missed).toEqual(said)
  })

  test('a value that is refused from now on', async () => {
    const statement = `ALTER TABLE refund ADD CHECK (status <> 'reapplied')`
    expect(await changed(statement)).toEqual({ missed: [], takes: false })
  })

  test('and what only adds is not', async () => {
    const statement =
      "ALTER TABLE entry ADD COLUMN book text, ADD COLUMN page text NOT NULL DEFAULT ''"
    expect(await changed(statement)).toEqual({ missed: [], takes: true })
  })
})
