import { sql } from 'kysely'
import { type Check, firstOf, named } from './check.ts'

/** Applied messages about a payment; one that holds U+0000 is no text for PostgreSQL. */
const paymentMessage = sql<boolean>`s.status = 'applied' AND s.original_type = 'transaction'
  AND strpos(s.plaintext, '\\u0000') = 0`

/** I-9: what is paid here was said by WeChat, and what WeChat said in a message is what we have. */
export const paidByEvidence: readonly Check[] = [
  {
    table: 'payment',
    only: sql`s.status = 'paid'`,
    why: firstOf(
      [
        'its order is not paid, or of another total, merchant or app',
        sql`NOT EXISTS (SELECT FROM customer_order o WHERE o.id = s.order_id AND o.status = 'paid'
          AND o.total_fen = s.amount_fen AND o.currency = s.currency AND o.mchid = s.mchid
          AND o.appid = s.appid)`,
      ],
      ['it has no transaction', sql`s.transaction_id IS NULL`],
    ),
  },
  {
    table: 'customer_order',
    only: sql`s.status = 'paid'`,
    why: firstOf([
      'none of its payments is paid, or more than one',
      sql`(SELECT count(*) FROM payment p WHERE p.order_id = s.id AND p.status = 'paid') <> 1`,
    ]),
  },
  {
    table: 'inbox',
    only: paymentMessage,
    why: firstOf([
      'the message does not say what the payment has',
      sql`NOT EXISTS (SELECT FROM payment p, (SELECT s.plaintext::jsonb AS m) AS said
        WHERE p.mchid = s.mchid AND p.out_trade_no = ${named('out_trade_no')}
          AND p.status = 'paid'
          AND p.transaction_id = m->>'transaction_id' AND p.appid = m->>'appid'
          AND p.mchid = m->>'mchid' AND m->>'trade_state' IN ('SUCCESS', 'REFUND')
          AND (m->'amount'->>'total')::numeric = p.amount_fen
          AND coalesce(m->'amount'->>'currency', 'CNY') = p.currency)`,
    ]),
  },
]

/** I-14: WeChat's numbers belong to one order; money that came a second time is shown. */
export const oneTransaction: readonly Check[] = [
  {
    table: 'payment',
    why: firstOf(
      [
        'another payment has its transaction',
        sql`EXISTS (SELECT FROM payment p WHERE p.transaction_id = s.transaction_id
          AND p.id <> s.id)`,
      ],
      [
        'another payment has its prepay_id',
        sql`EXISTS (SELECT FROM payment p WHERE p.prepay_id = s.prepay_id AND p.id <> s.id)`,
      ],
      [
        'the receipt of its transaction is of another sale',
        sql`EXISTS (SELECT FROM receipt r WHERE r.mchid = s.mchid AND r.origin = 'sale'
          AND r.transaction_id = s.transaction_id AND r.payment_id <> s.id)`,
      ],
    ),
  },
  {
    table: 'entry',
    only: sql`s.transition LIKE 'suspense:second\\_payment:%'`,
    subject: sql`s.subject`,
    why: firstOf([
      'a second payment that nobody was shown',
      sql`NOT EXISTS (SELECT FROM task t WHERE t.kind = 'second_payment'
        AND t.detail->>'transaction_id' = substr(s.subject, 13))`,
    ]),
  },
]

/** What a suspense entry's transaction still holds there: booked, given back, revived and kept. */
const inSuspense = sql`(SELECT coalesce(sum(l.amount_fen), 0) FROM posting l
  WHERE l.account = 'suspense' AND l.entry_id IN (
    SELECT e.id FROM entry e WHERE e.subject = s.subject
    UNION ALL SELECT e.id FROM payment p JOIN entry e ON e.subject = 'payment:' || p.id
      WHERE p.transaction_id = substr(s.subject, 13)
    UNION ALL SELECT e.id FROM receipt r JOIN refund f ON f.receipt_id = r.id
      JOIN entry e ON e.subject = 'refund:' || f.id
      WHERE r.mchid = s.mchid AND r.transaction_id = substr(s.subject, 13)))`

/** Whether the transaction paid a sale: then the entry is a lie about it, and no stranger's money. */
const paidASale = sql`EXISTS (SELECT FROM payment p JOIN entry e ON e.subject = 'payment:' || p.id
    JOIN posting l ON l.entry_id = e.id AND l.account = 'wechat_receivable'
  WHERE p.transaction_id = substr(s.subject, 13) AND e.transition = 'paid')`

/** I-15: money in suspense has its task, which does not end while the money lies there. */
export const suspenseIsShown: readonly Check[] = [
  {
    table: 'entry',
    only: sql`s.transition LIKE 'suspense:%'`,
    subject: sql`s.subject`,
    why: firstOf(
      [
        'money in suspense that nobody was shown',
        sql`NOT EXISTS (SELECT FROM task t
          WHERE t.detail->>'transaction_id' = substr(s.subject, 13)
          AND t.kind = split_part(s.transition, ':', 2))`,
      ],
      [
        'the task has ended and the money is still in suspense',
        sql`${inSuspense} <> 0 AND NOT ${paidASale} AND NOT EXISTS (SELECT FROM task t
          WHERE t.detail->>'transaction_id' = substr(s.subject, 13) AND t.status = 'open')`,
      ],
      ['more went out of suspense than came in', sql`${inSuspense} > 0`],
    ),
  },
]
