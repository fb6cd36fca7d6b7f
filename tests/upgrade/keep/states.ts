// Which values of all lists of values that the schema knows are in no row.
import type pg from 'pg'

/** What no story leads to, and why. */
const never: readonly RegExp[] = [
  // No flow does it: a hand in the database would.
  /^account.status disabled$/,
  // The console's sessions are no person's.
  /^session.scope operator$/,
  // Accounts at WeChat whose bills nobody asks for.
  /^bill.account (OPERATION|FEES)$/,
  // One moment of a job, or one that a bill waits for.
  /^(bill|reconciliation).status (importing|running|waiting|wanted)$/,
  /^(trade_row|fund_row).place new$/,
  /^(inbox|push_message).status new$/,
  /^person_message.status (queued|failed)$/,
  /^push_message.status ignored$/,
  // Their rows are like those of the others; tests/reconcile has each of them.
  /^difference.class (party|fee|refund_\w+|fund_amount|movement|unclear|balance)$/,
  /^fund_row.movement other$/,
]

/** `table.column value` for each value that no row has although a story could lead to it. */
export async function missingStates(db: pg.Pool): Promise<readonly string[]> {
  const { rows } = await db.query<{ table: string; text: string }>(`
    SELECT conrelid::regclass::text AS table, pg_get_constraintdef(k.oid) AS text
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
    WHERE n.nspname = 'public' AND contype = 'c' ORDER BY 1, 2`)
  const missing: string[] = []
  for (const { table, text } of rows) {
    const list = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$/.exec(text)
    if (list === null) continue
    const [, column = '', values = ''] = list
    const found = await db.query<{ value: string }>(
      `SELECT DISTINCT ${column}::text AS value FROM ${table} ORDER BY 1`,
    )
    const has = new Set(found.rows.map(({ value }) => value))
    const wanted = [...values.matchAll(/'([^']*)'/g)].map(([, value]) => value ?? '')
    missing.push(
      ...wanted.filter((value) => !has.has(value)).map((value) => `${table}.${column} ${value}`),
    )
  }
  return missing.filter((one) => !never.some((pattern) => pattern.test(one)))
}
