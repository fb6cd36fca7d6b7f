import { createHash } from 'node:crypto'
import { instant, parseAppid } from '@minitill/protocol/model'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../tests/support/database.ts'
import { databaseSessions } from '../adapters/sessions/database.ts'
import type { Ports } from '../ports/index.ts'
import { type Database, openDatabase, openPool } from '../store/database.ts'
import { openStore } from '../store/index.ts'
import { sweep } from './sweep.ts'

const now = instant(1_790_000_000_000)
const ago = (hours: number) => instant(now - hours * 3_600_000)
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const appid = parseAppid('wx0000aaaaaaaaaaaa')

/** A used code, a key and a session of each age, with ids that say how old they are. */
async function fill(db: Database, ports: Ports): Promise<void> {
  await ports.store.transaction(async (tx) => {
    for (const hours of [1, 24 * 8]) {
      const at = ago(hours)
      await tx.accounts.claimCode({ codeHash: hash(`code ${hours}`), kind: 'login', appid, at })
    }
    for (const hours of [23, 26]) {
      const key = `${hours} h old`
      await tx.idempotency.claim({ scope: 'a', key, requestHash: '', at: ago(hours), waitMs: 100 })
    }
  })
  for (const hours of [-1, 1]) {
    await sql`INSERT INTO session VALUES (${`ended ${hours} h ago`}, 'acc', ${appid}, 'person', 0,
      0, 0, ${ago(hours)})`.execute(db)
  }
}

test('a sweep forgets what has had its time, keeps the rest, and comes again', async () => {
  const fresh = await freshDatabase()
  const db = openDatabase(openPool({ url: fresh.url }, 2))
  const ports = {
    clock: { now: () => now },
    points: { reach: async () => {} },
    sessions: databaseSessions(db),
    store: openStore(db, () => ({ enqueue: async () => {} })),
  } as unknown as Ports
  await fill(db, ports)
  let jobsForgotten = 0
  const forgetFinished = async () => {
    jobsForgotten += 1
  }
  expect(await sweep(ports, { forgetFinished })).toEqual({ again: now + 900_000 })
  const codes = await sql`SELECT code_hash FROM used_code ORDER BY 1`.execute(db)
  expect(codes.rows).toEqual([{ code_hash: hash('code 1') }])
  const keys = await sql`SELECT key FROM idempotency ORDER BY 1`.execute(db)
  expect(keys.rows).toEqual([{ key: '23 h old' }])
  const sessions = await sql`SELECT token_hash FROM session ORDER BY 1`.execute(db)
  expect(sessions.rows).toEqual([{ token_hash: 'ended -1 h ago' }])
  expect(jobsForgotten).toBe(1)
  await db.destroy()
  await fresh.drop()
})
