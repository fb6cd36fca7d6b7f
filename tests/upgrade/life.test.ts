// What a release is kept with: a life as the present code lives it, and a dump that makes the same
// database again. `npm run keep-release` runs this file and keeps what came of it.
import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { version } from '../../server/main.ts'
import { openDatabase } from '../../server/store/database.ts'
import { dumpRows } from '../support/dump.ts'
import { dump } from './keep/dump.ts'
import { packProgram, usedColumns } from './keep/program.ts'
import { type Beside, writeRelease } from './keep/release.ts'
import { columnsOf, schemaOf } from './keep/schema.ts'
import { missingStates } from './keep/states.ts'
import { live } from './life/index.ts'
import { openShop, type Shop } from './life/shop.ts'
import { databaseFrom, type OldDatabase } from './support/databases.ts'
import { expectKept } from './support/end.ts'

const isKeeping = process.env['MINITILL_KEEP_RELEASE'] === '1'

let shop: Shop
let text: string
let beside: Beside
let again: OldDatabase

beforeAll(async () => {
  shop = await openShop()
  await live(shop)
  // Nobody writes any more: what is kept is one moment of both sides.
  await shop.pair.stopFirst()
  text = await dump(shop.pair.db)
  const { json: world } = await shop.pair.simulator.get('/_sim/world?secrets=1')
  const parties = JSON.parse(readFileSync(shop.deployment.file, 'utf8'), keysInside)
  beside = { world, parties, authorization: shop.person.headers()['authorization'] ?? '' }
  again = await databaseFrom(text)
})
afterAll(async () => {
  await again.drop()
  await shop.close()
})

/** A key that lies in a file of its own goes into the text. */
function keysInside(_name: string, value: unknown): unknown {
  const [, file] = /^file:(.*)$/.exec(String(value)) ?? []
  return file === undefined ? value : readFileSync(file, 'utf8')
}

/** Every row of every table there is, as the tests of secrets read them. */
async function linesOf(pool: pg.Pool): Promise<readonly string[]> {
  return (await dumpRows(openDatabase(pool))).split('\n').toSorted()
}

test('a dump makes the same tables, triggers and rows again, and the same dump', async () => {
  expect((await schemaOf(again.pool)).length).toBeGreaterThan(500)
  expect(await schemaOf(again.pool)).toEqual(await schemaOf(shop.pair.db))
  expect((await dump(again.pool)) === text).toBe(true)
  expect(await linesOf(again.pool)).toEqual(await linesOf(shop.pair.db))
})

test('in the life that a release is kept with, every promise looks at rows and none is broken', async () => {
  expect(await expectKept(shop.pair.db)).toEqual([])
})

test('what only a migration names is not among what the code uses', async () => {
  const columns = await columnsOf(shop.pair.db)
  const [known] = columns.filter(({ table }) => table === 'customer_order')
  if (known === undefined) throw new Error('no columns')
  const named = { ...known, name: 'keep_parties_of_order' }
  const used = await usedColumns([...columns, named])
  expect(used).toContain('customer_order.total_fen')
  expect(used).not.toContain('customer_order.keep_parties_of_order')
})

if (isKeeping) {
  test('every state happened, and the release is kept', async () => {
    expect(await missingStates(shop.pair.db)).toEqual([])
    const uses = await usedColumns(await columnsOf(shop.pair.db))
    writeRelease({ version, database: text, beside, uses }, await packProgram())
  })
}
