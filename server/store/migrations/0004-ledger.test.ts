import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { emptyDatabase } from '../../../tests/support/database.ts'
import { openDatabase, openPool } from '../database.ts'
import { migrate } from '../migrate.ts'

const rowsOfThree = sql`
INSERT INTO account (id, status, generation, created_at_ms) VALUES ('acc', 'active', 1, 0);
INSERT INTO customer_order (id, account_id, appid, openid, mchid, status, total_fen, currency,
  created_at_ms, expires_at_ms, paid_at_ms, stock_held, shipping_status, version)
  VALUES ('o1', 'acc', 'a', 'x', 'm1', 'paid', 300, 'CNY', 0, 9, 5, false, 'to_ship', 1),
    ('o2', 'acc', 'a', 'x', 'm2', 'paid', 200, 'CNY', 0, 9, 70, false, 'to_ship', 1);
INSERT INTO payment (id, order_id, attempt, status, appid, mchid, openid, out_trade_no, amount_fen,
  currency, request_body, asked_count, transaction_id, paid_at_ms, created_at_ms, version)
  VALUES ('p1', 'o1', 1, 'paid', 'a', 'm1', 'x', 'n1', 300, 'CNY', '{}', 0, 't1', 5, 0, 1),
    ('p2', 'o2', 1, 'paid', 'a', 'm2', 'x', 'n2', 200, 'CNY', '{}', 0, 't2', 70, 0, 1);
INSERT INTO receipt (id, mchid, transaction_id, out_trade_no, order_id, payment_id, origin,
  total_fen, reserved_fen, parts, paid_at_ms, next_send_at_ms, created_at_ms)
  VALUES ('r1', 'm1', 't1', 'n1', 'o1', 'p1', 'sale', 300, 0, 0, 5, 0, 0),
    ('r3', 'm3', 't3', 'n3', NULL, NULL, 'suspense', 50, 0, 0, 20, 0, 0);
INSERT INTO refund (id, receipt_id, mchid, order_id, out_refund_no, refund_id, external, amount_fen,
  reason, request_body, restock, restocked, status, status_at_ms, sent_count, last_sent_at_ms,
  accepted_at_ms, succeeded_at_ms, chain, created_at_ms, version)
  VALUES ('f1', 'r1', 'm1', 'o1', 'x1', 'y1', false, 40, '', '{}', false, false, 'succeeded', 0, 1,
    9, 9, 11, 1, 0, 1);
INSERT INTO task (id, kind, subject, reason, detail, status, created_at_ms)
  VALUES ('k1', 'second_payment', 's1', '', '{"payment_id":"p2","transaction_id":"t4"}', 'open', 0),
    ('k2', 'unknown_order', 's2', '', '{"mchid":"m5","transaction_id":"t5"}', 'open', 0);
INSERT INTO inbox (id, mchid, notification_id, event_type, original_type, plaintext, status,
  received_at_ms) VALUES ('i1', 'm6', 'n', 'e', 'transaction', '{"transaction_id":"t6"}', 'parked', 0);
INSERT INTO entry VALUES ('e1', 'payment:p1', 'paid', 7), ('e2', 'payment:p2', 'paid', 80),
  ('e3', 'refund:f1', 'succeeded', 12), ('e4', 'transaction:t3', 'suspense:late_money:50', 30),
  ('e5', 'transaction:t4', 'suspense:second_payment:9', 31),
  ('e6', 'transaction:t5', 'suspense:unknown_order:9', 32),
  ('e7', 'transaction:t6', 'suspense:unknown_order:9', 33), ('e8', 'made by hand', 'x', 34);
INSERT INTO posting SELECT id, 1, 'wechat_receivable', 9 FROM entry WHERE id <> 'e2';
INSERT INTO posting SELECT id, 2, 'sales', -9 FROM entry WHERE id <> 'e2';
-- A revived order: the money was in suspense since another day.
INSERT INTO posting VALUES ('e2', 1, 'suspense', 9), ('e2', 2, 'sales', -9);
`

test('I-40 entries of the old schema learn their merchant and when it happened at WeChat', async () => {
  const empty = await emptyDatabase()
  const pool = openPool({ url: empty.url }, 2)
  const db = openDatabase(pool)
  await migrate(db, 0, '0003-webhooks')
  await pool.query(rowsOfThree.compile(db).sql)
  expect((await migrate(db, 1))[0]).toBe('0004-ledger')
  const { rows } = await pool.query('SELECT id, mchid, happened_at_ms AS at FROM entry ORDER BY id')
  expect(rows.map(({ id, mchid, at }) => [id, mchid, at])).toEqual([
    ['e1', 'm1', 5],
    ['e2', 'm2', 80],
    ['e3', 'm1', 11],
    ['e4', 'm3', 30],
    ['e5', 'm2', 31],
    ['e6', 'm5', 32],
    ['e7', 'm6', 33],
    ['e8', 'unknown', 34],
  ])
  const waiting = await pool.query('SELECT count(*)::int AS n FROM unsealed_entry')
  expect(waiting.rows[0].n).toBe(8)
  await expect(pool.query("UPDATE entry SET mchid = 'm9'")).rejects.toThrow('append-only')
  await db.destroy()
  await empty.drop()
})
