import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unexplained } from '../../server/domain/reconcile/balance.ts'
import { countOf } from '../../server/flows/reconcile-day.ts'
import { type Day, generate, plants } from './support/day.ts'
import { World } from './support/world.ts'

// A whole day with planted differences of every class. MINITILL_DAY_ORDERS: how many orders.
const orders = Number(process.env['MINITILL_DAY_ORDERS'] ?? 460)
const each = 5
const seed = process.env['MINITILL_DAY_SEED'] ?? 'a day'

let day: Day
let world: World

beforeAll(async () => {
  day = generate(orders, each, seed)
  world = await World.open(day)
})
afterAll(async () => {
  await world.close()
})

test('all planted differences are found, none is invented, and the account is right to the fen', async () => {
  const ended = await world.run()
  // Money that is missing in the account is missed twice: the payment and its fee.
  expect(day.expected.length).toBe((Object.keys(plants).length + 1) * each)
  expect(await world.found()).toEqual(day.expected)
  const { balance, counts } = ended
  if (balance === null || counts === null) throw new Error('no balance')
  expect([balance.thereFen, balance.foreignFen]).toEqual([day.closingFen, day.foreignFen])
  expect(unexplained(balance)).toBe(0)
  expect(countOf(counts, 'open')).toBe(day.expected.filter((one) => one.includes(' open ')).length)
})

test('I-32 every row and every entry is matched, foreign, or in exactly one difference', async () => {
  for (const table of ['trade_row', 'fund_row']) {
    const { rows } = await world.pool.query(`SELECT count(*)::int AS n FROM ${table}
      WHERE place = 'new' OR (place = 'different') <> (difference_id IS NOT NULL)
        AND place = 'different'`)
    expect([table, rows[0].n]).toEqual([table, 0])
  }
  const { rows } = await world.pool.query(`SELECT count(*)::int AS n FROM entry e
    WHERE (e.transition = 'paid' OR e.transition LIKE 'suspense:%')
      AND (SELECT count(*) FROM trade_row r WHERE r.entry_id = e.id)
        + (SELECT count(*) FROM difference d WHERE d.entry_id = e.id AND d.class = 'paid_here') <> 1`)
  expect(rows[0].n).toBe(0)
})

test('what was healed is right: orders paid, refunds arrived, strangers booked', async () => {
  for (const sale of day.sales) {
    if (sale.plant === 'paid_there') {
      const { rows } = await world.pool.query(
        'SELECT status FROM payment WHERE out_trade_no = $1',
        [sale.no],
      )
      expect(rows).toEqual([{ status: 'paid' }])
    }
    if (sale.plant === 'refund_there' || sale.plant === 'external_refund') {
      const sql = 'SELECT status, amount_fen, external FROM refund WHERE out_refund_no = $1'
      const { rows } = await world.pool.query(sql, [sale.refund?.no])
      expect(rows).toEqual([
        {
          status: 'succeeded',
          amount_fen: sale.refund?.amountFen,
          external: sale.plant === 'external_refund',
        },
      ])
    }
  }
})

test('an order says what it brought: paid minus coupon, fee and refund, as the account says', async () => {
  const { rows } =
    await world.pool.query(`SELECT m.subject, m.there, (SELECT sum(p.amount_fen)::bigint
      FROM entry e JOIN posting p ON p.entry_id = e.id AND p.account = 'wechat_receivable'
      WHERE e.subject = m.subject) AS here
    FROM (SELECT subject, sum(amount_fen)::bigint AS there FROM fund_row
      WHERE place = 'matched' GROUP BY subject HAVING bool_and(place = 'matched')) m`)
  const apart = rows.filter(({ here, there }) => here !== there)
  // Where the account moved five fen more than the trade, payment and fee are judged apart.
  const odd = new Set(
    day.sales.flatMap(({ plant, nth }) => (plant === 'fund_amount' ? [`payment:pay_${nth}`] : [])),
  )
  expect(apart.filter(({ subject }) => !odd.has(subject))).toEqual([])
})

test('a second run changes nothing at all', async () => {
  const fingerprint = async () => {
    const hash = createHash('sha256')
    for (const table of [
      'entry',
      'posting',
      'difference',
      'trade_row',
      'fund_row',
      'event',
      'task',
    ]) {
      const { rows } = await world.pool.query(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)
      hash.update(`${table}\n${rows.map(({ row }) => row).join('\n')}`)
    }
    return hash.digest('hex')
  }
  const before = await fingerprint()
  await world.run()
  expect(await fingerprint()).toBe(before)
})
