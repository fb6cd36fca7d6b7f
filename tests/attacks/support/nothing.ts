import type pg from 'pg'
import { expect } from 'vitest'
import { type Pair, until } from '../../support/pair.ts'

/** Every table in which an attack could leave something. */
const tables = [
  'account',
  'identity',
  'product',
  'customer_order',
  'order_item',
  'payment',
  'idempotency',
  'receipt',
  'refund',
  'inbox',
  'entry',
  'posting',
  'event',
  'task',
  'shipment',
  'push_message',
  'person_message',
]

/** How often WeChat was asked is no state of an order: the rhythm goes on beside every attack. */
const uncounted = "- 'asked_count' - 'last_asked_at_ms'"

/** One digest for each table: equal digests, equal rows. */
export async function digests(db: pg.Pool): Promise<Record<string, string>> {
  const parts = tables.map(
    (name) => `SELECT '${name}' AS name, count(*) || ':' || coalesce(md5(string_agg(
      (to_jsonb(t) ${uncounted})::text, '' ORDER BY (to_jsonb(t) ${uncounted})::text)), '') AS digest
      FROM ${name} t`,
  )
  const { rows } = await db.query(parts.join(' UNION ALL '))
  return Object.fromEntries(rows.map((row) => [row.name, row.digest]))
}

/** One line of the simulator's journal, as far as attacks look at it. */
export interface Noted {
  readonly seq: number
  readonly kind: string
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly answer: { status: number | null; headers: Record<string, string>; body: string }
  readonly verification: { ok: boolean }
}

/** Everything that the simulator noted after a line of its journal. */
export async function notedAfter(pair: Pair, seq: number): Promise<Noted[]> {
  const noted: Noted[] = []
  for (let after = seq; ; ) {
    const { data, next } = (await pair.simulator.get(`/_sim/journal?after=${after}&limit=500`)).json
    noted.push(...data)
    if (data.length === 0) return noted
    after = next
  }
}

/** Where the journal ends now. */
export async function journalEnd(pair: Pair): Promise<number> {
  return (await notedAfter(pair, 0)).at(-1)?.seq ?? 0
}

/** Our own calls to WeChat after a line of the journal. */
export async function callsAfter(pair: Pair, seq: number): Promise<string[]> {
  const noted = await notedAfter(pair, seq)
  return noted.filter(({ kind }) => kind === 'request').map(({ method, url }) => `${method} ${url}`)
}

/** What a server asks WeChat by itself when it starts is no attack's: it is over before one begins. */
async function begun(pair: Pair): Promise<void> {
  const due = async () => {
    const { rows } = await pair.db.query(`SELECT count(*)::int AS n FROM pgboss.job
      WHERE name IN ('ask-managed', 'refresh-platform-keys') AND state <= 'active'
        AND (state = 'active' OR start_after <= pgboss.job_now())`)
    return rows[0]?.n as number
  }
  await until(due, (count) => count === 0)
}

/** Nothing: no row changed, no outbound call. What the attack answered is for the test to judge. */
export async function changesNothing<T>(pair: Pair, attack: () => Promise<T>): Promise<T> {
  await begun(pair)
  const before = await digests(pair.db)
  const seq = await journalEnd(pair)
  const result = await attack()
  expect(await digests(pair.db)).toEqual(before)
  expect(await callsAfter(pair, seq)).toEqual([])
  return result
}
