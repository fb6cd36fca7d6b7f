import { type RawBuilder, sql } from 'kysely'
import { type Check, firstOf } from './check.ts'

/** I-26: the postings of an entry sum to nothing, and there are at least two. */
export const entriesBalance: readonly Check[] = [
  {
    table: 'entry',
    why: firstOf([
      'its postings do not sum to zero',
      sql`(SELECT coalesce(sum(l.amount_fen), 1) FROM posting l WHERE l.entry_id = s.id) <> 0`,
    ]),
  },
]

/** I-27: what came past the ledger waits for no seal. The chain itself is walked by the flow. */
export const entriesAreSealed: readonly Check[] = [
  {
    table: 'entry',
    why: firstOf([
      'no seal covers it and none will',
      sql`NOT EXISTS (SELECT FROM seal_entry WHERE entry_id = s.id)
        AND NOT EXISTS (SELECT FROM unsealed_entry WHERE entry_id = s.id)`,
    ]),
  },
]

/** Σ of the accounts in one entry of the row, by subject and transition; NULL without the entry. */
function booked(
  subject: RawBuilder<string>,
  transition: string,
  ...accounts: readonly string[]
): RawBuilder<number | null> {
  const names = sql.join(accounts.map((account) => sql.lit(account)))
  return sql`(SELECT coalesce(sum(l.amount_fen) FILTER (WHERE l.account IN (${names})), 0)
    FROM entry e JOIN posting l ON l.entry_id = e.id
    WHERE e.subject = ${subject} AND e.transition = ${sql.lit(transition)} AND e.mchid = s.mchid
    HAVING count(*) > 0)`
}

const ofPayment = sql<string>`'payment:' || s.id`
const ofRefund = sql<string>`'refund:' || s.id`
const isSale = sql`EXISTS (SELECT FROM receipt r WHERE r.id = s.receipt_id AND r.origin = 'sale')`

/** I-29: rows to entries, entries to rows, and the sums that an order carries. */
export const ledgerIsImplied: readonly Check[] = [
  {
    table: 'payment',
    why: firstOf(
      [
        'it is paid and not booked so',
        sql`s.status = 'paid' AND (${booked(ofPayment, 'paid', 'sales')} = -s.amount_fen
          AND ${booked(ofPayment, 'paid', 'wechat_receivable', 'suspense')} = s.amount_fen)
          IS NOT TRUE`,
      ],
      [
        'it is booked and not paid',
        sql`s.status <> 'paid' AND ${booked(ofPayment, 'paid', 'sales')} IS NOT NULL`,
      ],
    ),
  },
  {
    table: 'refund',
    why: firstOf(
      [
        'it succeeded and is not booked so',
        sql`s.status = 'succeeded' AND (
          ${booked(ofRefund, 'succeeded', 'wechat_receivable')} = -s.amount_fen
          AND CASE WHEN ${isSale} THEN ${booked(ofRefund, 'succeeded', 'refunds')}
            ELSE ${booked(ofRefund, 'succeeded', 'suspense')} END = s.amount_fen) IS NOT TRUE`,
      ],
      [
        'it is booked and did not succeed',
        sql`s.status <> 'succeeded'
          AND ${booked(ofRefund, 'succeeded', 'wechat_receivable')} IS NOT NULL`,
      ],
    ),
  },
  {
    table: 'customer_order',
    why: firstOf([
      'its refunded total is not the sum of its refunds',
      sql`s.refunded_total_fen <> (SELECT coalesce(sum(f.amount_fen), 0) FROM refund f
        JOIN receipt r ON r.id = f.receipt_id
        WHERE f.order_id = s.id AND f.status = 'succeeded' AND r.origin = 'sale')`,
    ]),
  },
  {
    table: 'entry',
    only: sql`s.subject LIKE 'payment:%' OR s.subject LIKE 'refund:%'`,
    why: firstOf([
      'it is about a payment or refund that does not exist',
      sql`NOT EXISTS (SELECT FROM payment p WHERE s.subject = 'payment:' || p.id)
        AND NOT EXISTS (SELECT FROM refund f WHERE s.subject = 'refund:' || f.id)`,
    ]),
  },
]
