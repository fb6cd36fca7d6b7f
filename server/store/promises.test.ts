import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookAll } from '../../tests/support/promises.ts'
import { type StoryShop, storyShop } from '../../tests/support/story-shop.ts'
import { promiseIds } from '../domain/live-promise.ts'
import { promises } from './promises.ts'
import { billEdits } from './testing/bill-edits.ts'
import { editsAreOf, promiseEdits } from './testing/promise-edits.ts'

const edits = [...promiseEdits, ...billEdits]
let story: StoryShop

beforeAll(async () => {
  story = await storyShop()
  editsAreOf(story)
})
afterAll(async () => {
  await story.shop.box.close()
})

class Undo extends Error {}

/** What a whole pass finds after an owner's edit with all triggers off; the edit is undone. */
async function brokenBy(...edits: string[]): Promise<string[]> {
  let found: string[] = []
  const edited = story.shop.box.db.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx)
    for (const edit of edits) {
      const { numAffectedRows } = await sql.raw(edit).execute(tx)
      if (!edit.startsWith('ALTER')) expect(numAffectedRows, edit).toBeGreaterThan(0n)
    }
    found = (await lookAll(promises(tx))).broken
    throw new Undo()
  })
  await expect(edited).rejects.toThrow(Undo)
  return found
}

const ids = (found: readonly string[]) => [...new Set(found.map((line) => line.split(' ')[0]))]

test('a shop in which every story has happened keeps all promises, and each looks at rows', async () => {
  const { broken, rows } = await lookAll(story.shop.box.ports.store.read.promises)
  expect(broken).toEqual([])
  expect([...rows].filter(([, checked]) => checked === 0)).toEqual([])
  // Window by window, however small, every row is looked at once.
  expect((await lookAll(story.shop.box.ports.store.read.promises, 1)).rows).toEqual(rows)
})

describe('an edit by the owner of the database, with constraints and triggers off, is found', () => {
  test.each(edits)('%s', async (_what, breaks, statements) => {
    expect(ids(await brokenBy(...statements()))).toEqual(breaks)
  })
  test('every promise is broken by one of them', () => {
    expect(new Set(edits.flatMap(([, breaks]) => breaks))).toEqual(new Set(promiseIds))
  })
})
