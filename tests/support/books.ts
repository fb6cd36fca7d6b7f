import { createHash } from 'node:crypto'
import { type Pair, until } from './pair.ts'

const tables = [
  'customer_order',
  'payment',
  'receipt',
  'refund',
  'entry',
  'posting',
  'event',
  'task',
  'inbox',
  'product',
  'bill',
  'trade_row',
  'fund_row',
  'difference',
]

/** A fingerprint of every row that money could be in; equal ones mean that nothing changed. */
export async function fingerprint(pair: Pair): Promise<string> {
  const hash = createHash('sha256')
  for (const table of tables) {
    const { rows } = await pair.db.query(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)
    hash.update(`${table}\n${rows.map(({ row }) => row).join('\n')}\n`)
  }
  return hash.digest('hex')
}

/** Waits until every stored message was applied. */
export async function settledInbox(pair: Pair): Promise<void> {
  const sql = `SELECT count(*)::int AS n FROM inbox WHERE status = 'new'`
  await until(
    async () => (await pair.db.query(sql)).rows[0].n as number,
    (n) => n === 0,
  )
}

export async function tasksAbout(pair: Pair, outTradeNo: string): Promise<string[]> {
  const sql = `SELECT kind FROM task WHERE detail->>'out_trade_no' = $1 ORDER BY kind`
  return (await pair.db.query(sql, [outTradeNo])).rows.map(({ kind }) => kind)
}

/** Sum of one ledger account, in fen. */
export async function balanceOf(pair: Pair, account: string): Promise<number> {
  const sql = 'SELECT coalesce(sum(amount_fen), 0)::int AS n FROM posting WHERE account = $1'
  return (await pair.db.query(sql, [account])).rows[0].n
}
