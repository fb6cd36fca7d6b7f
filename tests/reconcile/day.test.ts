import { createHash } from 'node:crypto'
import { parseMchid } from '@minitill/protocol/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unexplained } from '../../server/domain/reconcile/balance.ts'
import { countOf, type ReconciledDay, reconcileDay } from '../../server/flows/reconcile-day.ts'
import { answer, type BillRequest } from '../../server/ports/index.ts'
import { openPool } from '../../server/store/database.ts'
import { ManualClock } from '../support/clock.ts'
import { type TestPorts, testPorts } from '../support/ports.ts'
import { putBooks } from './support/books.ts'
import { type Day, date, generate, mchid, plants } from './support/day.ts'

// A whole day with planted differences of every class. MINITILL_DAY_ORDERS: how many orders.
const orders = Number(process.env['MINITILL_DAY_ORDERS'] ?? 330)
const each = 5
const seed = process.env['MINITILL_DAY_SEED'] ?? 'a day'

let day: Day
let ports: TestPorts
let pool: ReturnType<typeof openPool>

async function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

async function bill({ kind }: BillRequest) {
  const bytes = kind === 'trade' ? day.trades : day.funds
  const hash = createHash('sha1').update(bytes).digest('hex')
  const read = () => pieces(bytes)
  return answer({
    kind: 'file' as const,
    file: { hash, size: bytes.length, read, discard: async () => {} },
  })
}

beforeAll(async () => {
  day = generate(orders, each, seed)
  const clock = new ManualClock('2026-11-24T02:10:00Z')
  ports = await testPorts({ clock })
  Object.assign(ports, { wechatPay: { ...ports.wechatPay, bill } })
  pool = openPool({ url: ports.url }, 2)
  await putBooks(pool, day.sales)
})
afterAll(async () => {
  await pool.end()
  await ports.close()
})

const run = async (): Promise<Extract<ReconciledDay, { kind: 'reconciled' }>['day']> => {
  const result = await reconcileDay(ports, { mchid: parseMchid(mchid), date })
  if (result.kind !== 'reconciled') throw new Error(JSON.stringify(result))
  return result.day
}

/** `class status number` of every difference that was found. */
async function found(): Promise<readonly string[]> {
  const { rows } = await pool.query(`SELECT class, status, coalesce(detail->>'out_refund_no',
    detail->>'out_trade_no', detail->>'voucher') AS about FROM difference`)
  return rows.map((row) => `${row.class} ${row.status} ${row.about}`).sort()
}

test('all planted differences are found, none is invented, and the account is right to the fen', async () => {
  const ended = await run()
  expect(day.expected.length).toBe(Object.keys(plants).length * each)
  expect(await found()).toEqual(day.expected)
  const { balance, counts } = ended
  if (balance === null || counts === null) throw new Error('no balance')
  expect([balance.thereFen, balance.foreignFen]).toEqual([day.closingFen, day.foreignFen])
  expect(unexplained(balance)).toBe(0)
  expect(countOf(counts, 'open')).toBe(day.expected.filter((one) => one.includes(' open ')).length)
})

test('I-32 every row and every entry is matched, foreign, or in exactly one difference', async () => {
  for (const table of ['trade_row', 'fund_row']) {
    const { rows } = await pool.query(`SELECT count(*)::int AS n FROM ${table}
      WHERE place = 'new' OR (place = 'different') <> (difference_id IS NOT NULL)
        AND place = 'different'`)
    expect([table, rows[0].n]).toEqual([table, 0])
  }
  const { rows } = await pool.query(`SELECT count(*)::int AS n FROM entry e
    WHERE (e.transition = 'paid' OR e.transition LIKE 'suspense:%')
      AND (SELECT count(*) FROM trade_row r WHERE r.entry_id = e.id)
        + (SELECT count(*) FROM difference d WHERE d.entry_id = e.id AND d.class = 'paid_here') <> 1`)
  expect(rows[0].n).toBe(0)
})

test('what was healed is right: orders paid, refunds arrived, strangers booked', async () => {
  for (const sale of day.sales) {
    if (sale.plant === 'paid_there') {
      const { rows } = await pool.query('SELECT status FROM payment WHERE out_trade_no = $1', [
        sale.no,
      ])
      expect(rows).toEqual([{ status: 'paid' }])
    }
    if (sale.plant === 'refund_there' || sale.plant === 'external_refund') {
      const sql = 'SELECT status, amount_fen, external FROM refund WHERE out_refund_no = $1'
      const { rows } = await pool.query(sql, [sale.refund?.no])
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
  const { rows } = await pool.query(`SELECT m.subject, m.there, (SELECT sum(p.amount_fen)::bigint
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
      const { rows } = await pool.query(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)
      hash.update(`${table}\n${rows.map(({ row }) => row).join('\n')}`)
    }
    return hash.digest('hex')
  }
  const before = await fingerprint()
  await run()
  expect(await fingerprint()).toBe(before)
})
