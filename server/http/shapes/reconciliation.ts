import { z } from 'zod'
import { unexplained } from '../../domain/reconcile/balance.ts'
import { differenceClasses } from '../../domain/reconcile/difference.ts'
import type { DayFile } from '../../flows/differences.ts'

const fen = z.int().describe('Signed fen.')

const billShape = z.object({
  kind: z.enum(['trade', 'fundflow']),
  account: z.string(),
  status: z.enum(['wanted', 'importing', 'refused', 'empty', 'accepted']),
  problem: z.string().nullable().describe('Why it is not here, or was refused.'),
  rows: z.int().nullable(),
  hash: z.string().nullable().describe('SHA-1 of the file, as WeChat told it.'),
})

const balanceShape = z.object({
  there: fen.describe('What the fund-flow bill says the account held at the day’s end.'),
  ledger: fen.describe('What the books say by what had happened until then.'),
  refunds_under_way: fen.describe('Refunds that had left and had not arrived.'),
  foreign: fen.describe('What other systems moved in the account.'),
  carried: fen.describe('Of the last minutes, and in the next day’s bill.'),
  differences: fen.describe('What differences make, open ones and explained ones.'),
  unexplained: fen.describe('there minus all of these; 0: right to the fen.'),
})

const dayShape = z.object({
  id: z.string(),
  mchid: z.string(),
  date: z.string(),
  status: z.enum(['waiting', 'running', 'reconciled', 'refused']),
  problem: z.string().nullable(),
  bills: z.array(billShape),
  matched: z.int().nullable().describe('Rows of both bills with their partner here.'),
  foreign: z.int().nullable().describe('Rows of other systems on the same merchant number.'),
  differences: z.array(
    z.object({
      class: z.enum(differenceClasses),
      status: z.enum(['open', 'healed', 'explained']),
      count: z.int(),
      amount: fen,
    }),
  ),
  balance: balanceShape.nullable(),
  requested_at: z.string(),
  finished_at: z.string().nullable(),
})

export const reconciliationShape = z.object({
  id: z.string().describe('rec_DATE, or rec_DATE_MCHID for one merchant.'),
  date: z.string(),
  status: z
    .enum(['waiting', 'running', 'reconciled', 'refused'])
    .describe('That of the merchant who is furthest from the end.'),
  open_differences: z.int(),
  merchants: z.array(dayShape),
})

type Shown = z.output<typeof reconciliationShape>

const time = (ms: number): string => new Date(ms).toISOString()

function showDay({ day, bills }: DayFile): z.output<typeof dayShape> {
  const { balance, counts } = day
  return {
    id: day.id,
    mchid: day.mchid,
    date: day.date,
    status: day.status,
    problem: day.problem,
    bills: bills.map(({ kind, account, status, problem, rowCount, hash }) => {
      return { kind, account, status, problem, rows: rowCount, hash }
    }),
    matched: counts?.matched ?? null,
    foreign: counts?.foreign ?? null,
    differences: (counts?.differences ?? []).map((one) => {
      return { class: one.class, status: one.status, count: one.count, amount: one.amountFen }
    }),
    balance: balance && {
      there: balance.thereFen,
      ledger: balance.ledgerFen,
      refunds_under_way: balance.refundsUnderWayFen,
      foreign: balance.foreignFen,
      carried: balance.carriedFen,
      differences: balance.differencesFen,
      unexplained: unexplained(balance),
    },
    requested_at: time(day.requestedAtMs),
    finished_at: day.finishedAtMs === null ? null : time(day.finishedAtMs),
  }
}

const order = ['refused', 'waiting', 'running', 'reconciled'] as const

/** A date's days as one thing: of all merchants, or of the one that was asked for. */
export function showReconciliation(
  date: string,
  mchid: string | undefined,
  days: readonly DayFile[],
): Shown {
  const merchants = days.map(showDay)
  const open = merchants.flatMap(({ differences }) =>
    differences.filter(({ status }) => status === 'open'),
  )
  return {
    id: mchid === undefined ? `rec_${date}` : `rec_${date}_${mchid}`,
    date,
    status: order.find((one) => merchants.some(({ status }) => status === one)) ?? 'waiting',
    open_differences: open.reduce((sum, { count }) => sum + count, 0),
    merchants,
  }
}

/** The date and merchant that an id names; null when it is none. */
export function readReconciliationId(
  id: string,
): { date: string; mchid: string | undefined } | null {
  const match = /^rec_(\d{4}-\d{2}-\d{2})(?:_(\d{1,32}))?$/.exec(id)
  return match === null ? null : { date: match[1] ?? '', mchid: match[2] }
}
