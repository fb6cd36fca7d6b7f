// Our books of a generated day, put into the database in bulk.
import type pg from 'pg'
import { appid, mchid, type Sale } from './day.ts'

const minute = 60_000

/** Orders, payments, refunds and entries, as the day left them here. */
export async function putBooks(pool: pg.Pool, sales: readonly Sale[]): Promise<void> {
  await pool.query(
    `INSERT INTO account (id, status, generation, created_at_ms) VALUES ('acc', 'active', 1, 0)`,
  )
  const strange: readonly unknown[] = ['unknown_order', 'unclear']
  const ours = sales.filter(({ isForeign, plant }) => !isForeign && !strange.includes(plant))
  for (let from = 0; from < ours.length; from += 2_000) {
    await putSome(pool, JSON.stringify(ours.slice(from, from + 2_000).map(rowOf)))
  }
  await pool.query('ANALYZE')
}

function rowOf(sale: Sale) {
  const { refund, plant } = sale
  // An external refund is not ours; one that WeChat only told the bill is not done here.
  const here = refund === null || plant === 'external_refund' ? null : refund
  const arrived = plant !== 'refund_there'
  return {
    ...sale,
    refund: undefined,
    isPaid: plant !== 'paid_there' && plant !== 'party',
    back: here && { ...here, arrived, succeededAtMs: here.acceptedAtMs + minute },
  }
}

async function putSome(pool: pg.Pool, rows: string): Promise<void> {
  const sales = `jsonb_to_recordset($1::jsonb) AS s(nth bigint, no text, "transactionId" text,
    "totalFen" bigint, "paidAtMs" bigint, "isPaid" boolean, back jsonb)`
  const statements = [
    `INSERT INTO customer_order (id, account_id, appid, openid, mchid, status, total_fen, currency,
      created_at_ms, expires_at_ms, paid_at_ms, stock_held, shipping_status, version)
     SELECT 'ord_' || nth, 'acc', '${appid}', 'oPayer', '${mchid}',
      CASE WHEN "isPaid" THEN 'paid' ELSE 'unpaid' END, "totalFen", 'CNY', "paidAtMs" - 9000,
      "paidAtMs" + 1800000, CASE WHEN "isPaid" THEN "paidAtMs" END, false, 'not_required', 1
     FROM ${sales}`,
    `INSERT INTO payment (id, order_id, attempt, status, appid, mchid, openid, out_trade_no,
      amount_fen, currency, request_body, prepay_asked_at_ms, prepay_id, prepaid_at_ms, asked_count,
      transaction_id, paid_at_ms, created_at_ms, version)
     SELECT 'pay_' || nth, 'ord_' || nth, 1, CASE WHEN "isPaid" THEN 'paid' ELSE 'prepaid' END,
      '${appid}', '${mchid}', 'oPayer', no, "totalFen", 'CNY', '{}', 1, 'wx' || nth, 1, 0,
      CASE WHEN "isPaid" THEN "transactionId" END, CASE WHEN "isPaid" THEN "paidAtMs" END, 1, 1
     FROM ${sales}`,
    `INSERT INTO receipt (id, mchid, transaction_id, out_trade_no, order_id, payment_id, origin,
      total_fen, reserved_fen, parts, paid_at_ms, next_send_at_ms, created_at_ms)
     SELECT 'rcp_' || nth, '${mchid}', "transactionId", no, 'ord_' || nth, 'pay_' || nth, 'sale',
      "totalFen", 0, 0, "paidAtMs", 0, 0 FROM ${sales} WHERE back IS NOT NULL AND "isPaid"`,
    `INSERT INTO refund (id, receipt_id, mchid, order_id, out_refund_no, refund_id, external,
      amount_fen, reason, request_body, restock, restocked, status, status_at_ms, sent_count,
      last_sent_at_ms, accepted_at_ms, succeeded_at_ms, chain, created_at_ms, version)
     SELECT 'rfd_' || nth, 'rcp_' || nth, '${mchid}', 'ord_' || nth, back->>'no',
      back->>'refundId', false, (back->>'amountFen')::bigint, 'x', '{}', false, false,
      CASE WHEN (back->>'arrived')::boolean THEN 'succeeded' ELSE 'accepted' END, 1, 1, 1,
      (back->>'acceptedAtMs')::bigint,
      CASE WHEN (back->>'arrived')::boolean THEN (back->>'succeededAtMs')::bigint END, 1, 1, 1
     FROM ${sales} WHERE back IS NOT NULL AND "isPaid"`,
    `UPDATE customer_order o SET refunded_total_fen = f.amount_fen FROM refund f
     WHERE f.order_id = o.id AND f.status = 'succeeded'`,
    `INSERT INTO entry (id, subject, transition, at_ms, mchid, happened_at_ms)
     SELECT 'ent_p' || nth, 'payment:pay_' || nth, 'paid', "paidAtMs" + 1000, '${mchid}',
      "paidAtMs" FROM ${sales} WHERE "isPaid"
     UNION ALL SELECT 'ent_r' || nth, 'refund:rfd_' || nth, 'succeeded',
      (back->>'succeededAtMs')::bigint + 1000, '${mchid}', (back->>'succeededAtMs')::bigint
     FROM ${sales} WHERE "isPaid" AND (back->>'arrived')::boolean`,
    `INSERT INTO posting (entry_id, line, account, amount_fen)
     SELECT 'ent_p' || nth, line, account, sign * "totalFen" FROM ${sales}
      CROSS JOIN (VALUES (1, 'wechat_receivable', 1), (2, 'sales', -1)) AS l(line, account, sign)
      WHERE "isPaid"
     UNION ALL SELECT 'ent_r' || nth, line, account, sign * (back->>'amountFen')::bigint
      FROM ${sales}
      CROSS JOIN (VALUES (1, 'refunds', 1), (2, 'wechat_receivable', -1)) AS l(line, account, sign)
      WHERE "isPaid" AND (back->>'arrived')::boolean`,
  ]
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    for (const statement of statements) {
      await client.query(statement, statement.includes('$1') ? [rows] : [])
    }
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
