import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StoryShop, storyShop } from '../../tests/support/story-shop.ts'
import { type PromiseId, promiseIds } from '../domain/live-promise.ts'
import type { PromiseReads } from '../ports/tables/promises.ts'
import { promises } from './promises.ts'

let story: StoryShop

beforeAll(async () => {
  story = await storyShop()
})
afterAll(async () => {
  await story.shop.box.close()
})

/** Every breach that a whole pass finds, as "I-9 payment:pay_… why", and the rows it looked at. */
async function lookAll(reads: PromiseReads, limit = 1000) {
  const broken: string[] = []
  const rows = new Map<string, number>()
  for (const id of promiseIds) {
    for (let check = 0; check < reads.checksOf(id); check += 1) {
      let after: string | null = ''
      while (after !== null) {
        const window = await reads.look(id, check, after, limit)
        rows.set(`${id}/${check}`, (rows.get(`${id}/${check}`) ?? 0) + window.checked)
        broken.push(...window.broken.map(({ subject, why }) => `${id} ${subject} ${why}`))
        after = window.last
      }
    }
  }
  return { broken, rows }
}

class Undo extends Error {}

/** What a whole pass finds after an owner's edit with all triggers off; the edit is undone. */
async function brokenBy(...edits: string[]): Promise<string[]> {
  let found: string[] = []
  const edited = story.shop.box.db.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx)
    for (const edit of edits) {
      const { numAffectedRows } = await sql.raw(edit).execute(tx)
      if (!edit.startsWith('ALTER')) expect(numAffectedRows, edit).toBeGreaterThan(0n)
    }
    found = (await lookAll(promises(tx))).broken
    throw new Undo()
  })
  await expect(edited).rejects.toThrow(Undo)
  return found
}

const ids = (found: readonly string[]) => [...new Set(found.map((line) => line.split(' ')[0]))]

test('a shop in which every story has happened keeps all promises, and each looks at rows', async () => {
  const { broken, rows } = await lookAll(story.shop.box.ports.store.read.promises)
  expect(broken).toEqual([])
  expect([...rows].filter(([, checked]) => checked === 0)).toEqual([])
  // Window by window, however small, every row is looked at once.
  expect((await lookAll(story.shop.box.ports.store.read.promises, 1)).rows).toEqual(rows)
})

const payment = () => `'${story.refunded.paymentId}'`
const refund = () => `'${story.refund}'`
const entryOf = (subject: string) => `(SELECT id FROM entry WHERE subject = '${subject}')`

const edits: ReadonlyArray<[what: string, breaks: PromiseId[], edits: () => string[]]> = [
  [
    'a payment made paid by hand',
    ['I-9', 'I-29'],
    () => [
      "UPDATE payment SET status = 'paid', transaction_id = 'T', paid_at_ms = 1 WHERE id = (SELECT max(id) FROM payment WHERE status = 'frozen')",
    ],
  ],
  [
    'an order made paid by hand',
    ['I-9', 'I-30'],
    () => [
      "UPDATE customer_order SET status = 'paid', paid_at_ms = 1 WHERE status = 'unpaid' AND id = (SELECT max(id) FROM customer_order WHERE status = 'unpaid')",
    ],
  ],
  [
    'another transaction than the message said',
    ['I-9', 'I-20', 'I-22'],
    () => [
      `UPDATE payment SET transaction_id = 'T' WHERE id = ${payment()}`,
      `UPDATE receipt SET transaction_id = 'T2' WHERE payment_id = ${payment()}`,
    ],
  ],
  [
    'another app than the message said',
    ['I-9'],
    () => [`UPDATE payment SET appid = 'x' WHERE id = ${payment()}`],
  ],
  [
    'an order that grew after it was paid',
    ['I-9'],
    () => [`UPDATE customer_order SET total_fen = 9999 WHERE id = '${story.refunded.id}'`],
  ],
  [
    'a payment without a transaction',
    ['I-9', 'I-20'],
    () => [
      'ALTER TABLE payment DROP CONSTRAINT payment_check1',
      `UPDATE payment SET transaction_id = NULL WHERE id = ${payment()}`,
    ],
  ],
  [
    'two payments of one transaction',
    ['I-14'],
    () => [
      'ALTER TABLE payment DROP CONSTRAINT payment_transaction_id_key',
      `UPDATE payment SET transaction_id = (SELECT transaction_id FROM payment WHERE id = ${payment()}) WHERE id = '${story.twice.paymentId}'`,
    ],
  ],
  [
    'two payments of one prepay_id',
    ['I-14'],
    () => [
      'ALTER TABLE payment DROP CONSTRAINT payment_prepay_id_key',
      "UPDATE payment SET prepay_id = 'P', prepaid_at_ms = 1, prepay_asked_at_ms = 1",
    ],
  ],
  [
    'a receipt of a second sale',
    ['I-14', 'I-20'],
    () => [
      `UPDATE receipt SET payment_id = '${story.twice.paymentId}' WHERE payment_id = ${payment()}`,
    ],
  ],
  [
    'a second payment whose task is gone',
    ['I-14', 'I-15'],
    () => [`DELETE FROM task WHERE kind = 'second_payment'`],
  ],
  [
    'late money whose task is gone',
    ['I-15'],
    () => ["DELETE FROM task WHERE kind = 'late_money' AND status = 'open'"],
  ],
  [
    'late money whose task was closed by hand',
    ['I-15'],
    () => [
      "UPDATE task SET status = 'resolved', resolved_at_ms = 1, resolution = 'x' WHERE kind = 'late_money' AND status = 'open'",
    ],
  ],
  [
    'money of nobody whose task is gone',
    ['I-15'],
    () => ["DELETE FROM task WHERE kind = 'unknown_order'"],
  ],
  [
    'money taken out of suspense twice',
    ['I-15'],
    () => [
      "INSERT INTO entry SELECT 'x', subject, 'kept again', 1, mchid, 1 FROM entry WHERE transition = 'kept'",
      "INSERT INTO unsealed_entry VALUES ('x')",
      "INSERT INTO posting VALUES ('x', 1, 'suspense', 1980), ('x', 2, 'sales', -1980)",
    ],
  ],
  [
    'a refund above what was paid',
    ['I-20', 'I-22', 'I-29'],
    () => [
      `ALTER TABLE receipt DROP CONSTRAINT refund_ceiling`,
      `UPDATE refund SET amount_fen = 5000 WHERE id = ${refund()}`,
    ],
  ],
  [
    'a reservation given back by hand',
    ['I-20'],
    () => [`UPDATE receipt SET reserved_fen = reserved_fen - 1 WHERE payment_id = ${payment()}`],
  ],
  [
    'a part too many',
    ['I-20'],
    () => [`UPDATE receipt SET parts = parts + 1 WHERE payment_id = ${payment()}`],
  ],
  [
    'another number of WeChat than the message said',
    ['I-22'],
    () => [`UPDATE refund SET refund_id = 'y' WHERE id = ${refund()}`],
  ],
  [
    'a refund of another order',
    ['I-22', 'I-29'],
    () => [`UPDATE refund SET order_id = '${story.twice.id}' WHERE id = ${refund()}`],
  ],
  [
    'an external refund that was struck out',
    ['I-20', 'I-25', 'I-29'],
    () => [`DELETE FROM refund WHERE external`],
  ],
  [
    'an external refund that gives goods back',
    ['I-25'],
    () => [`UPDATE refund SET restock = true WHERE external`],
  ],
  [
    'an entry that does not balance',
    ['I-26', 'I-29'],
    () => [
      `UPDATE posting SET amount_fen = 1979 WHERE account = 'wechat_receivable' AND entry_id = ${entryOf(`payment:${story.refunded.paymentId}`)}`,
    ],
  ],
  [
    'an entry without postings',
    ['I-26', 'I-29'],
    () => [`DELETE FROM posting WHERE entry_id = ${entryOf(`refund:${story.refund}`)}`],
  ],
  [
    'an entry written past the ledger',
    ['I-27'],
    () => [
      "INSERT INTO entry VALUES ('x', 's', 't', 1, '1', 1)",
      "INSERT INTO posting VALUES ('x', 1, 'suspense', 1), ('x', 2, 'sales', -1)",
    ],
  ],
  [
    'a payment booked at another merchant',
    ['I-29'],
    () => [
      `UPDATE entry SET mchid = '1999900009' WHERE subject = 'payment:${story.twice.paymentId}'`,
    ],
  ],
  [
    'a payment booked as another account',
    ['I-29'],
    () => [
      `UPDATE posting SET account = 'fees' WHERE account = 'sales' AND entry_id = ${entryOf(`payment:${story.refunded.paymentId}`)}`,
    ],
  ],
  [
    'a refund booked against suspense',
    ['I-29'],
    () => [
      `UPDATE posting SET account = 'suspense' WHERE account = 'refunds' AND entry_id = ${entryOf(`refund:${story.refund}`)}`,
    ],
  ],
  [
    'a refund that succeeded by hand',
    ['I-22', 'I-29', 'I-30'],
    () => [
      'ALTER TABLE refund DROP CONSTRAINT refund_check3',
      "UPDATE refund SET status = 'succeeded', succeeded_at_ms = 1, accepted_at_ms = 1 WHERE status = 'frozen'",
    ],
  ],
  [
    'a refunded total that nobody refunded',
    ['I-29'],
    () => [`UPDATE customer_order SET refunded_total_fen = 1 WHERE id = '${story.twice.id}'`],
  ],
  [
    'an entry of a payment that never was',
    ['I-29'],
    () => [
      "INSERT INTO entry VALUES ('x', 'payment:none', 'paid', 1, '1999900001', 1)",
      "INSERT INTO unsealed_entry VALUES ('x')",
      "INSERT INTO posting VALUES ('x', 1, 'wechat_receivable', 1), ('x', 2, 'sales', -1)",
    ],
  ],
  [
    'a paid order that nobody was told of',
    ['I-30'],
    () => [
      `DELETE FROM event WHERE subject = 'order:${story.refunded.id}' AND type = 'order.paid'`,
    ],
  ],
  [
    'a closed order that nobody was told of',
    ['I-30'],
    () => [`DELETE FROM event WHERE type = 'order.closed'`],
  ],
  [
    'an order told to be paid that is not',
    ['I-30'],
    () => [
      "UPDATE event SET type = 'order.paid' WHERE type = 'order.created' AND subject = (SELECT 'order:' || max(id) FROM customer_order WHERE status = 'unpaid')",
    ],
  ],
  [
    'a refund whose end nobody was told of',
    ['I-30'],
    () => [`DELETE FROM event WHERE type = 'refund.succeeded'`],
  ],
]

describe('an edit by the owner of the database, with constraints and triggers off, is found', () => {
  test.each(edits)('%s', async (_what, breaks, statements) => {
    expect(ids(await brokenBy(...statements()))).toEqual(breaks)
  })
  test('every promise is broken by one of them', () => {
    expect(new Set(edits.flatMap(([, breaks]) => breaks))).toEqual(new Set(promiseIds))
  })
})
