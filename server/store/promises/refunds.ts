import { sql } from 'kysely'
import { type Check, firstOf, named } from './check.ts'

const refundMessage = sql<boolean>`s.status = 'applied' AND s.original_type = 'refund'
  AND strpos(s.plaintext, '\\u0000') = 0`

/** I-20: the ceiling, counted anew from the refunds. */
export const refundsFit: readonly Check[] = [
  {
    table: 'receipt',
    why: firstOf(
      [
        'its refunds are more than was paid',
        sql`(SELECT coalesce(sum(f.amount_fen), 0) FROM refund f
          WHERE f.receipt_id = s.id AND f.status <> 'closed') > s.total_fen`,
      ],
      [
        'what it reserves is not the sum of its refunds',
        sql`(SELECT coalesce(sum(f.amount_fen), 0) FROM refund f
            WHERE f.receipt_id = s.id AND f.status <> 'closed') <> s.reserved_fen
          OR (SELECT count(*) FROM refund f
            WHERE f.receipt_id = s.id AND f.status <> 'closed') <> s.parts`,
      ],
      [
        'it is not of the amount that its payment collected',
        sql`s.origin = 'sale' AND NOT EXISTS (SELECT FROM payment p WHERE p.id = s.payment_id
          AND p.status = 'paid' AND p.amount_fen = s.total_fen AND p.mchid = s.mchid
          AND p.transaction_id = s.transaction_id)`,
      ],
    ),
  },
]

/** I-22: what succeeded has WeChat's numbers, and those of each message about it. */
export const refundedByEvidence: readonly Check[] = [
  {
    table: 'refund',
    only: sql`s.status = 'succeeded'`,
    why: firstOf(
      ['it has no number of WeChat', sql`s.refund_id IS NULL`],
      [
        'its receipt is of another merchant or order',
        sql`NOT EXISTS (SELECT FROM receipt r WHERE r.id = s.receipt_id AND r.mchid = s.mchid
          AND r.order_id IS NOT DISTINCT FROM s.order_id)`,
      ],
    ),
  },
  {
    table: 'inbox',
    only: refundMessage,
    why: firstOf([
      'the message does not say what the refund has',
      sql`EXISTS (SELECT FROM (SELECT s.plaintext::jsonb AS m) AS said
          JOIN refund f ON f.mchid = s.mchid AND f.out_refund_no = ${named('out_refund_no')}
          JOIN receipt r ON r.id = f.receipt_id
        WHERE f.status = 'succeeded' AND NOT (f.refund_id = m->>'refund_id'
          AND r.transaction_id = m->>'transaction_id' AND r.out_trade_no = m->>'out_trade_no'
          AND (m->'amount'->>'refund')::numeric = f.amount_fen
          AND (m->'amount'->>'total')::numeric = r.total_fen))`,
    ]),
  },
]

/** I-25: a refund that a message named is a row, ours or external. */
export const externalIsBooked: readonly Check[] = [
  {
    table: 'inbox',
    only: refundMessage,
    why: firstOf([
      'the message names a refund that is not booked',
      sql`NOT EXISTS (SELECT FROM refund f WHERE f.mchid = s.mchid
        AND f.out_refund_no = ${named('out_refund_no')})`,
    ]),
  },
  {
    table: 'refund',
    only: sql`s.external`,
    why: firstOf([
      'an external refund that gives goods back or has a request of ours',
      sql`s.restock OR s.request_body IS NOT NULL`,
    ]),
  },
]
