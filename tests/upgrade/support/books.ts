// What must be the same before and after a migration, in words of the oldest schema.
import type pg from 'pg'

const looks: Readonly<Record<string, string>> = {
  balances: 'SELECT account, sum(amount_fen)::bigint AS fen FROM posting GROUP BY 1 ORDER BY 1',
  entries: 'SELECT subject, transition, at_ms FROM entry ORDER BY id',
  orders: `SELECT status, count(*) AS n, sum(total_fen)::bigint AS fen,
    sum(refunded_total_fen)::bigint AS back FROM customer_order GROUP BY 1 ORDER BY 1`,
  payments: `SELECT status, count(*) AS n, sum(amount_fen)::bigint AS fen FROM payment
    GROUP BY 1 ORDER BY 1`,
  refunds: `SELECT status, count(*) AS n, sum(amount_fen)::bigint AS fen FROM refund
    GROUP BY 1 ORDER BY 1`,
  receipts: `SELECT origin, count(*) AS n, sum(total_fen)::bigint AS fen,
    sum(reserved_fen)::bigint AS back FROM receipt GROUP BY 1 ORDER BY 1`,
  stock: 'SELECT id, stock, price_fen FROM product ORDER BY id',
  events: 'SELECT type, count(*) AS n FROM event GROUP BY 1 ORDER BY 1',
  tasks: 'SELECT kind, status, count(*) AS n FROM task GROUP BY 1, 2 ORDER BY 1, 2',
}

/** Came with 0004. */
const seals = 'SELECT seq, hash, entries FROM seal ORDER BY seq'

/** Every amount that somebody could miss. */
export async function booksOf(db: pg.Pool): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const books: Record<string, readonly unknown[]> = {}
  for (const [name, sql] of Object.entries(looks)) books[name] = (await db.query(sql)).rows
  const { rows } = await db.query("SELECT to_regclass('seal') IS NOT NULL AS sealed")
  if (rows[0].sealed) books['seals'] = (await db.query(seals)).rows
  return books
}
