import { sql } from 'kysely'
import type { Place } from '../domain/reconcile/rows.ts'
import type { Handle } from './index.ts'

/** How many rows of a bill are in each place. */
export async function placesOf(
  db: Handle,
  table: 'trade_row' | 'fund_row',
  billId: string,
): Promise<Readonly<Record<Place, number>>> {
  const { rows } = await sql<{ place: Place; n: number }>`
    SELECT place, count(*) AS n FROM ${sql.table(table)} WHERE bill_id = ${billId}
    GROUP BY place ORDER BY place`.execute(db)
  const counts = { new: 0, matched: 0, foreign: 0, different: 0 }
  return { ...counts, ...Object.fromEntries(rows.map(({ place, n }) => [place, n])) }
}
