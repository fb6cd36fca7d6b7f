import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RefundBox } from '../../tests/support/refund-box.ts'
import { judgedDay } from '../../tests/support/story-day.ts'

// What the database itself refuses about bills and differences, whatever the code above it does.
let shop: RefundBox

beforeAll(async () => {
  shop = await RefundBox.open()
  await judgedDay(shop)
})
afterAll(async () => {
  await shop.box.close()
})

const run = async (text: string) => await sql.raw(text).execute(shop.box.db)
/** The statement finds rows to change, so that it is the database that refuses it. */
async function refused(text: string, why: string): Promise<void> {
  const [, table = '', where = ''] = /(?:UPDATE|FROM) (\w+).*?( WHERE .*)?$/s.exec(text) ?? []
  const { rows } = await sql
    .raw<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}${where}`)
    .execute(shop.box.db)
  expect([text, (rows[0]?.n ?? 0) > 0]).toEqual([text, true])
  await expect(run(text)).rejects.toThrow(why)
}

const copyOf = (table: string, change: object) =>
  `INSERT INTO ${table} SELECT (jsonb_populate_record(r, '${JSON.stringify(change)}')).*
    FROM (SELECT r FROM ${table} r LIMIT 1) AS one`

test('I-33 an accepted bill is neither changed, deleted nor imported once more', async () => {
  const accepted = "WHERE status = 'accepted'"
  for (const change of [
    "hash = repeat('0', 40)",
    'row_count = row_count + 1',
    "sums = '{}'",
    "status = 'importing', hash = NULL, row_count = NULL, sums = NULL, ended_at_ms = NULL",
    'closing_fen = closing_fen + 1',
  ]) {
    await refused(`UPDATE bill SET ${change} ${accepted}`, 'an accepted bill never changes')
  }
  await refused(`DELETE FROM bill ${accepted}`, 'an accepted bill never changes')
  await expect(run(copyOf('bill', { id: 'again' }))).rejects.toThrow('bill_mchid_kind')
})

test('I-33 A-64 rows of an accepted bill come no more, go no more, and stay as they came', async () => {
  for (const table of ['trade_row', 'fund_row']) {
    const another = copyOf(table, { line: 999, place: 'new', difference_id: null })
    await expect(run(another)).rejects.toThrow('rows of an accepted bill stay')
    await refused(`DELETE FROM ${table}`, 'rows of an accepted bill stay')
    await refused(`UPDATE ${table} SET at_ms = at_ms + 1`, 'a row of a bill was changed')
    await refused(`UPDATE ${table} SET mchid = '1900000000'`, 'a row of a bill was changed')
    const matched = `${table} SET place = 'new' WHERE place = 'matched'`
    await refused(`UPDATE ${matched}`, 'a matched row stays matched')
  }
  for (const field of ['total_fen', 'refund_fen', 'fee_fen', 'settled_fen']) {
    await refused(`UPDATE trade_row SET ${field} = ${field} + 1`, 'a row of a bill was changed')
  }
  for (const field of ['amount_fen', 'balance_fen']) {
    await refused(`UPDATE fund_row SET ${field} = ${field} + 1`, 'a row of a bill was changed')
  }
})

test('A-64 a bill is accepted only whole: with its hash, its sums and the number of its rows', async () => {
  const { rows } = await sql
    .raw<{ id: string }>(`INSERT INTO bill SELECT
    (jsonb_populate_record(b, '{"id": "half", "date": "2020-01-01", "status": "importing",
      "hash": null, "row_count": null, "sums": null, "ended_at_ms": null}')).*
    FROM (SELECT b FROM bill b WHERE status = 'accepted' LIMIT 1) AS one RETURNING id`)
    .execute(shop.box.db)
  expect(rows).toEqual([{ id: 'half' }])
  const whole = "hash = repeat('a', 40), row_count = 0, sums = '{}', ended_at_ms = 1"
  for (const missing of ['hash', 'row_count', 'sums', 'ended_at_ms']) {
    const half = whole.replace(new RegExp(`${missing} = [^,]+(, 40\\))?`), `${missing} = NULL`)
    const accept = `UPDATE bill SET status = 'accepted', ${half} WHERE id = 'half'`
    await refused(accept, 'bill_check')
  }
  const odd = whole.replace("repeat('a', 40)", "'abc'")
  await refused(`UPDATE bill SET status = 'accepted', ${odd} WHERE id = 'half'`, 'bill_hash_check')
  await run(`UPDATE bill SET status = 'accepted', ${whole} WHERE id = 'half'`)
})

test('I-35 a difference ends by evidence or by a named person with a reason, and then stays ended', async () => {
  const open = "WHERE status = 'open'"
  for (const end of [
    // By time alone, without a word, without a name, or by both at once.
    "status = 'healed', closed_at_ms = 1",
    "status = 'healed', closed_at_ms = 1, evidence = ' '",
    "status = 'explained', closed_at_ms = 1, reason = 'x'",
    "status = 'explained', closed_at_ms = 1, closed_by = '王'",
    "status = 'explained', closed_at_ms = 1, closed_by = ' ', reason = 'x'",
    "status = 'explained', closed_by = '王', reason = 'x'",
    "status = 'healed', closed_at_ms = 1, evidence = 'bill', closed_by = '王', reason = 'x'",
    'closed_at_ms = 1',
  ]) {
    await refused(`UPDATE difference SET ${end} ${open}`, 'difference_end')
  }
  for (const status of ['healed', 'explained']) {
    const ended = `WHERE status = '${status}'`
    const reopened = "status = 'open', closed_at_ms = NULL, evidence = NULL, closed_by = NULL"
    const again = `UPDATE difference SET ${reopened}, reason = NULL ${ended}`
    await refused(again, 'a closed difference never changes')
    const detail = `UPDATE difference SET detail = '{}' ${ended}`
    await refused(detail, 'a closed difference never changes')
    await refused(`DELETE FROM difference ${ended}`, 'a closed difference never changes')
  }
})
