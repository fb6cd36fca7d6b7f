// What must be so at the end, whatever versions served.
import { expect } from 'vitest'
import { verifyLedger } from '../../../server/flows/verify-ledger.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { openStore } from '../../../server/store/index.ts'
import type { Pair } from '../../support/pair.ts'
import { lookAll } from '../../support/promises.ts'
import { passUntil } from '../../support/till.ts'
import { unsettled } from '../../support/truth.ts'
import { Wechat } from '../../support/wechat.ts'

/** Much is under way in a release that was kept. */
const patienceMs = 40_000

/** Reads alone: nothing is enqueued. */
const noJobs = () => ({ enqueue: async () => {} })

/** The promises that a release knew: those that its own server had looked at. */
export async function promisesOf(db: Pair['db']): Promise<readonly string[]> {
  const { rows } = await db.query('SELECT id FROM live_promise ORDER BY id')
  if (rows.length === 0) throw new Error('no promise was ever looked at')
  return rows.map(({ id }) => id)
}

/**
 * No promise is broken, and the chain of seals is whole.
 * @returns the promises that looked at no row at all
 */
export async function expectKept(db: Pair['db']): Promise<readonly string[]> {
  const { read } = openStore(openDatabase(db), noJobs)
  const { broken, rows } = await lookAll(read.promises)
  expect(broken).toEqual([])
  const chain = await verifyLedger({ store: { read } }, { after: 0, limit: 10_000 })
  expect(chain.found).toEqual([])
  const looked = [...rows].filter(([, checked]) => checked > 0).map(([check]) => idOf(check))
  return [...new Set([...rows.keys()].map(idOf))].filter((id) => !looked.includes(id))
}

const idOf = (check: string): string => check.split('/')[0] ?? ''

/** The same, where each promise that the release knew has rows to look at. */
export async function expectAllKept(db: Pair['db'], known: readonly string[]): Promise<void> {
  const idle = await expectKept(db)
  expect(idle.filter((id) => known.includes(id))).toEqual([])
}

/** Passes time until all that waits is a person's decision, or a receiver that is no more. */
export async function untilSettled(pair: Pair): Promise<void> {
  const stuck = "SELECT 'refund ' || id AS what FROM refund WHERE status IN ('refused', 'abnormal')"
  await passUntil(
    new Wechat(pair),
    async () => {
      const waits = new Set(
        (await pair.db.query(`${stuck} ORDER BY 1`)).rows.map((row) => row.what),
      )
      const left = await unsettled(pair)
      return left.filter((one) => !waits.has(one) && !/^(delivery|job) /.test(one))
    },
    (left) => left.length === 0,
    patienceMs,
  )
}

/** An order that was paid before, and of which nothing went back. */
export async function paidBefore(pair: Pair, nth: number): Promise<string> {
  const { rows } = await pair.db.query(
    `SELECT o.id FROM customer_order o WHERE status = 'paid' AND shipping_status = 'to_ship'
      AND total_fen = 2500 AND NOT EXISTS (SELECT FROM refund WHERE order_id = o.id)
      AND paid_at_ms < $1 AND (SELECT count(*) FROM task WHERE detail->>'order_id' = o.id
        AND kind <> 'shipping_overdue') = 0 ORDER BY paid_at_ms, id OFFSET $2 LIMIT 1`,
    [pair.world.nowMs() - 3_600_000, nth],
  )
  if (rows[0] === undefined) throw new Error('no order was paid before')
  return rows[0].id
}
