import type { StoryShop } from '../../../tests/support/story-shop.ts'
import type { PromiseId } from '../../domain/live-promise.ts'

/** An owner's edit of the story shop with triggers off, and the promises that it breaks. */
export type Edit = readonly [what: string, breaks: readonly PromiseId[], edits: () => string[]]

let story: StoryShop | null = null

/** The shop that the edits are about; the statements are made when a test asks for them. */
export function editsAreOf(shop: StoryShop): void {
  story = shop
}

function shop(): StoryShop {
  if (story === null) throw new Error('editsAreOf was not called')
  return story
}

const payment = () => `'${shop().refunded.paymentId}'`
const refund = () => `'${shop().refund}'`
const entryOf = (subject: string) => `(SELECT id FROM entry WHERE subject = '${subject}')`

export const promiseEdits: readonly Edit[] = [
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
    () => [`UPDATE customer_order SET total_fen = 9999 WHERE id = '${shop().refunded.id}'`],
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
      `UPDATE payment SET transaction_id = (SELECT transaction_id FROM payment WHERE id = ${payment()}) WHERE id = '${shop().twice.paymentId}'`,
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
      `UPDATE receipt SET payment_id = '${shop().twice.paymentId}' WHERE payment_id = ${payment()}`,
    ],
  ],
  [
    'a second payment whose task is gone',
    ['I-14', 'I-15'],
    () => [`DELETE FROM task WHERE kind = 'second_payment'`],
  ],
  [
    'a parcel that was told while its order waits',
    ['I-36'],
    () => ["UPDATE shipment SET status = 'uploaded', sent_count = 1, uploaded_at_ms = 1"],
  ],
  [
    'a refused parcel that nobody was shown',
    ['I-36'],
    () => ["UPDATE shipment SET status = 'refused'"],
  ],
  [
    'a parcel of an order that is not paid',
    ['I-36'],
    () => [
      "UPDATE shipment SET order_id = (SELECT max(id) FROM customer_order WHERE status = 'unpaid')",
    ],
  ],
  [
    'an order that waits although all its money went back',
    ['I-29', 'I-36'],
    () => [
      `UPDATE customer_order SET refunded_total_fen = total_fen WHERE id = '${shop().refunded.id}'`,
    ],
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
    () => [`UPDATE refund SET order_id = '${shop().twice.id}' WHERE id = ${refund()}`],
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
      `UPDATE posting SET amount_fen = 1979 WHERE account = 'wechat_receivable' AND entry_id = ${entryOf(`payment:${shop().refunded.paymentId}`)}`,
    ],
  ],
  [
    'an entry without postings',
    ['I-26', 'I-29'],
    () => [`DELETE FROM posting WHERE entry_id = ${entryOf(`refund:${shop().refund}`)}`],
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
      `UPDATE entry SET mchid = '1999900009' WHERE subject = 'payment:${shop().twice.paymentId}'`,
    ],
  ],
  [
    'a payment booked as another account',
    ['I-29'],
    () => [
      `UPDATE posting SET account = 'fees' WHERE account = 'sales' AND entry_id = ${entryOf(`payment:${shop().refunded.paymentId}`)}`,
    ],
  ],
  [
    'a refund booked against suspense',
    ['I-29'],
    () => [
      `UPDATE posting SET account = 'suspense' WHERE account = 'refunds' AND entry_id = ${entryOf(`refund:${shop().refund}`)}`,
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
    () => [`UPDATE customer_order SET refunded_total_fen = 1 WHERE id = '${shop().twice.id}'`],
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
      `DELETE FROM event WHERE subject = 'order:${shop().refunded.id}' AND type = 'order.paid'`,
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
