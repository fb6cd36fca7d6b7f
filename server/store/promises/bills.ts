import { type RawBuilder, sql } from 'kysely'
import { midnightMs } from '../../domain/reconcile/bill-day.ts'
import { byLine, type Check, firstOf } from './check.ts'

/**
 * Rows of bills that were here when their day was compared last: an empty bill that came full later
 * waits for its next run.
 */
const ofClosedDay = sql<boolean>`EXISTS (SELECT FROM bill b JOIN reconciliation c
    ON c.mchid = b.mchid AND c.date = b.date AND c.status = 'reconciled'
  WHERE b.id = s.bill_id AND b.status = 'accepted' AND b.ended_at_ms <= c.finished_at_ms)`

/** Why a row of this table is in no place, or in two. */
function placed(table: 'trade_row' | 'fund_row') {
  return [
    ['it was not judged', sql<boolean>`s.place = 'new'`],
    [
      'its difference is not there',
      sql<boolean>`s.place = 'different' AND NOT EXISTS (SELECT FROM difference d
        WHERE d.id = s.difference_id AND d.mchid = s.mchid)`,
    ],
    [
      'its difference was healed and it has no partner',
      sql<boolean>`s.place = 'different' AND EXISTS (SELECT FROM difference d
        WHERE d.id = s.difference_id AND d.status = 'healed')`,
    ],
    [
      'another row is in its difference',
      sql<boolean>`s.place = 'different' AND EXISTS (SELECT FROM ${sql.table(table)} r
        WHERE r.difference_id = s.difference_id AND (r.bill_id, r.line) <> (s.bill_id, s.line))`,
    ],
  ] as const
}

/** The entry of the trade's money, of the same merchant and amount. */
const hasEntry = sql`EXISTS (SELECT FROM entry e JOIN posting l ON l.entry_id = e.id
  WHERE e.id = s.entry_id AND e.subject = s.subject AND e.mchid = s.mchid
    AND l.account = 'wechat_receivable' AND l.amount_fen = s.total_fen)`

const hasRefund = sql`EXISTS (SELECT FROM refund f WHERE s.subject = 'refund:' || f.id
  AND f.mchid = s.mchid AND f.out_refund_no = s.out_refund_no AND f.amount_fen = s.refund_fen)`

/** The Beijing day of an instant, as bills name it. */
const dayOf = (atMs: RawBuilder<number>) => sql<string>`
  to_char(DATE '1970-01-01' + ((${atMs} + 28800000) / 86400000)::int, 'YYYY-MM-DD')`

/**
 * Entries that a run was to judge: booked since its day and when it began, and happened after the
 * first bill and before the last minutes of the day.
 */
const ofJudgedDay = sql<boolean>`(s.transition = 'paid' OR s.transition LIKE 'suspense:%')
  AND EXISTS (SELECT FROM posting l WHERE l.entry_id = s.id AND l.account = 'wechat_receivable')
  AND EXISTS (SELECT FROM reconciliation c
    WHERE c.mchid = s.mchid AND c.status = 'reconciled'
      AND c.date BETWEEN ${dayOf(sql`s.happened_at_ms + ${sql.lit(midnightMs)}`)}
        AND ${dayOf(sql`s.at_ms + ${sql.lit(midnightMs)}`)}
      AND s.at_ms < c.requested_at_ms - 60000
      AND EXISTS (SELECT FROM bill b WHERE b.mchid = c.mchid AND b.kind = 'trade'
        AND b.status IN ('accepted', 'empty') AND b.date <= ${dayOf(sql`s.happened_at_ms`)}
        AND (b.date = c.date OR b.ended_at_ms <= c.requested_at_ms)))`

const inRow = sql`EXISTS (SELECT FROM trade_row r WHERE r.entry_id = s.id)`

/** I-32: every row and every entry of a closed day has one place. */
export const dayIsPlaced: readonly Check[] = [
  {
    table: 'trade_row',
    walk: byLine,
    only: ofClosedDay,
    why: firstOf(...placed('trade_row'), [
      'it is matched with nothing that is here, or with another amount',
      sql`s.place = 'matched' AND NOT CASE s.state WHEN 'REFUND' THEN ${hasRefund}
        ELSE ${hasEntry} END`,
    ]),
  },
  {
    table: 'fund_row',
    walk: byLine,
    only: ofClosedDay,
    why: firstOf(...placed('fund_row'), [
      'it is matched with nothing that is here',
      sql`s.place = 'matched' AND s.amount_fen <> 0
        AND NOT EXISTS (SELECT FROM entry e WHERE e.subject = s.subject AND e.mchid = s.mchid)
        AND NOT EXISTS (SELECT FROM refund f WHERE s.subject = 'refund:' || f.id
          AND f.mchid = s.mchid)`,
    ]),
  },
  {
    table: 'entry',
    only: ofJudgedDay,
    why: firstOf(
      [
        'no bill has it and no difference',
        sql`NOT ${inRow} AND NOT EXISTS (SELECT FROM difference d
          WHERE d.entry_id = s.id AND d.class = 'paid_here')`,
      ],
      [
        'a bill has it and it is missed all the same',
        sql`${inRow} AND EXISTS (SELECT FROM difference d
          WHERE d.entry_id = s.id AND d.class = 'paid_here' AND d.status = 'open')`,
      ],
    ),
  },
]

const said = (name: string) => sql`(s.sums->>${sql.lit(name)})::numeric`

/** Totals of the trade bill by its names of them, in fen; its fees are finer than a fen. */
const tradeTotals = sql`(SELECT count(*) = s.row_count
    AND coalesce(sum(r.settled_fen), 0) = ${said('应结订单总金额')}
    AND coalesce(sum(r.refund_settled_fen), 0) = ${said('退款总金额')}
    AND coalesce(sum(r.total_fen), 0) = ${said('订单总金额')}
    AND coalesce(sum(r.refund_fen), 0) = ${said('申请退款总金额')}
  FROM trade_row r WHERE r.bill_id = s.id)`

const fundTotals = sql`(SELECT count(*) = s.row_count
    AND coalesce(sum(r.amount_fen) FILTER (WHERE r.amount_fen > 0), 0) = ${said('收入金额')}
    AND coalesce(0 - sum(r.amount_fen) FILTER (WHERE r.amount_fen < 0), 0) = ${said('支出金额')}
    AND (s.closing_fen IS NULL
      OR coalesce(sum(r.amount_fen), 0) = s.closing_fen - s.opening_fen)
  FROM fund_row r WHERE r.bill_id = s.id)`

/** I-33: an accepted bill is whole, and there is one of each kind, account and day. */
export const billsAreWhole: readonly Check[] = [
  {
    table: 'bill',
    atMost: 5,
    reads: sql`1 + s.row_count`,
    only: sql`s.status = 'accepted'`,
    why: firstOf(
      [
        'another bill of its day was accepted too',
        sql`EXISTS (SELECT FROM bill b WHERE b.mchid = s.mchid AND b.kind = s.kind
          AND b.account = s.account AND b.date = s.date AND b.id <> s.id
          AND b.status = 'accepted')`,
      ],
      [
        'its rows are not those that it counted and added up',
        sql`(CASE s.kind WHEN 'trade' THEN ${tradeTotals} ELSE ${fundTotals} END) IS NOT TRUE`,
      ],
    ),
  },
]

/** I-35: who or what closed a difference can be named. */
export const differencesEndByName: readonly Check[] = [
  {
    table: 'difference',
    only: sql`s.status <> 'open'`,
    why: firstOf(
      [
        'it was healed by nothing that is here',
        sql`s.status = 'healed' AND NOT EXISTS (SELECT FROM bill b
          WHERE b.mchid = s.mchid AND b.status IN ('accepted', 'empty')
            AND CASE b.kind WHEN 'trade' THEN 'trade' ELSE 'fund-flow' END || ' bill ' || b.date
              = substring(s.evidence FROM '^[a-z-]+ bill [0-9-]{10}'))`,
      ],
      [
        'it was explained by nobody, or without a reason',
        sql`s.status = 'explained' AND (coalesce(btrim(s.closed_by), '') = ''
          OR coalesce(btrim(s.reason), '') = '')`,
      ],
      ['it ended at no time', sql`s.closed_at_ms IS NULL`],
    ),
  },
]
