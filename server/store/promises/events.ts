import { sql } from 'kysely'
import { type Check, firstOf } from './check.ts'

const told = (type: string) => sql`EXISTS (SELECT FROM event v
  WHERE v.subject = 'order:' || s.id AND v.type = ${sql.lit(type)})`

/** I-30: each change has its event, and each event its change. */
export const changesAreTold: readonly Check[] = [
  {
    table: 'customer_order',
    why: firstOf(
      ['nobody was told that it was placed', sql`NOT ${told('order.created')}`],
      ['nobody was told that it is paid', sql`s.status = 'paid' AND NOT ${told('order.paid')}`],
      ['it was told to be paid and is not', sql`s.status <> 'paid' AND ${told('order.paid')}`],
      [
        'nobody was told that it is closed',
        sql`s.status = 'closed' AND NOT ${told('order.closed')}`,
      ],
    ),
  },
  {
    table: 'refund',
    only: sql`s.status IN ('succeeded', 'closed')`,
    why: firstOf([
      'nobody was told how it ended',
      sql`NOT EXISTS (SELECT FROM event v WHERE v.subject = 'refund:' || s.id
        AND v.type = 'refund.' || s.status)`,
    ]),
  },
]
