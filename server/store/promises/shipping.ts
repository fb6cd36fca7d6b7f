import { sql } from 'kysely'
import { type Check, firstOf } from './check.ts'

/** I-36: what left is told once or shown to somebody, and what all went back is not waited for. */
export const shippingIsTold: readonly Check[] = [
  {
    table: 'customer_order',
    only: sql`s.status = 'paid'`,
    subject: sql`'order:' || s.id`,
    why: firstOf(
      [
        'all of its money went back and it still waits to be shipped',
        sql`s.shipping_status = 'to_ship' AND s.refunded_total_fen = s.total_fen`,
      ],
      [
        'its last parcel was told and it still waits to be shipped',
        sql`s.shipping_status = 'to_ship' AND EXISTS (SELECT FROM shipment h
          WHERE h.order_id = s.id AND h.is_final AND h.status IN ('uploaded', 'recorded'))`,
      ],
    ),
  },
  {
    table: 'shipment',
    why: firstOf(
      [
        'its order is not paid',
        sql`NOT EXISTS (SELECT FROM customer_order o WHERE o.id = s.order_id AND o.status = 'paid')`,
      ],
      [
        'it was begun, or shipped anew, twice',
        sql`s.kind <> 'more' AND EXISTS (SELECT FROM shipment h WHERE h.order_id = s.order_id
          AND h.kind = s.kind AND h.id <> s.id
          AND h.status IN ('queued', 'uploaded', 'recorded')
          AND s.status IN ('queued', 'uploaded', 'recorded'))`,
      ],
      [
        'WeChat refused it and nobody was shown',
        sql`s.status = 'refused' AND NOT EXISTS (SELECT FROM task t
          WHERE t.kind = 'shipping_refused' AND t.subject = 'shipment:' || s.id)`,
      ],
    ),
  },
]
