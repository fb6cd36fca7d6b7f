// When nothing is in doubt any more (I-13, I-38): the question of the liveness phase.
import { standingQueues } from '../../../server/ports/jobs.ts'
import type { SyncPostgres } from '../engine/pglite.ts'
import { signsErrors } from '../plan.ts'
import type { Town } from '../world/person.ts'
import { daysNotJudged } from './bills.ts'
import { shippingBehind } from './shipping.ts'

const questions: readonly (readonly [what: string, sql: string])[] = [
  ['orders that are neither paid nor closed', "customer_order WHERE status = 'unpaid'"],
  ['payments still open', "payment WHERE status NOT IN ('paid', 'closed')"],
  ['messages not applied', "inbox WHERE status = 'new'"],
  ['refunds without an end', "refund WHERE status NOT IN ('succeeded', 'closed')"],
  ['shipments that WeChat was not told', "shipment WHERE status = 'queued'"],
  ['pushed messages not applied', "push_message WHERE status = 'new'"],
  ['tasks that nobody ended', "task WHERE status = 'open'"],
  ['differences that nobody ended', "difference WHERE status = 'open'"],
  ['events on their way', "webhook_delivery WHERE status = 'pending'"],
  [
    'jobs without an end',
    `pgboss.job_common WHERE state <= 'active'
      AND name NOT IN ('parked', 'follow-shipment', ${standingQueues.map((q) => `'${q}'`).join()})`,
  ],
]

const settledSql = `SELECT ${questions
  .map(([, from], nth) => `(SELECT count(*) FROM ${from}) AS q${nth}`)
  .join(', ')}`

/** One of them, as it stands in the database. */
function oneOf(postgres: SyncPostgres, nth: number): string {
  const from = questions[nth]?.[1] ?? ''
  const { rows } = postgres.query(
    `SELECT to_jsonb(x)::text AS row FROM (SELECT * FROM ${from}) x LIMIT 1`,
  )
  return String(rows[0]?.['row']).slice(0, 1_500)
}

const openNumbersSql = `
  SELECT out_trade_no FROM payment WHERE status NOT IN ('paid', 'closed') ORDER BY 1`

/**
 * Where nobody signs "no such order", one that never reached WeChat and whose time is up can neither
 * be made to exist nor be closed: after a fortnight it is a person's.
 */
function areUnknownThere({ run, wechat }: Town): boolean {
  const numbers = run.postgres.query(openNumbersSql).rows.map((row) => String(row['out_trade_no']))
  return numbers.every((number) => wechat.trade(number) === undefined)
}

const openRefundsSql = `
  SELECT f.status, f.amount_fen, r.out_trade_no FROM refund f JOIN receipt r ON r.id = f.receipt_id
  WHERE f.status NOT IN ('succeeded', 'closed') ORDER BY f.id`

/** What WeChat refuses because too little is left waits on where nobody signs the refusal. */
function isTooMuchThere({ wechat }: Town, row: Readonly<Record<string, unknown>>): boolean {
  const trade = wechat.trade(String(row['out_trade_no']))
  if (trade === undefined || row['status'] !== 'frozen') return false
  const key = `${trade.mchid}/${trade.outTradeNo}`
  const back = wechat.refunds().filter((one) => one.trade === key && one.status !== 'CLOSED')
  const leftFen = back.reduce((left, { amountFen }) => left - amountFen, trade.total as number)
  return Number(row['amount_fen']) > leftFen
}

const areTooMuchThere = (town: Town): boolean =>
  town.run.postgres.query(openRefundsSql).rows.every((row) => isTooMuchThere(town, row))

/** What may wait on where WeChat signs no refusals: what it refuses. */
function mayWait(town: Town, what: string): boolean {
  if (what.includes('jobs')) return true
  if (what.includes('refunds')) return areTooMuchThere(town)
  return /orders|payments/.test(what) && areUnknownThere(town)
}

/** The first thing that has not ended; null when all has. */
export function unsettled(town: Town): string | null {
  const { run, wechat } = town
  const isUnsigned = !signsErrors(run.plan)
  const [row = {}] = run.postgres.query(settledSql).rows
  for (const [nth, [what]] of questions.entries()) {
    const count = Number(row[`q${nth}`])
    if (isUnsigned && count > 0 && mayWait(town, what)) continue
    if (count > 0) return `${count} ${what}: ${oneOf(run.postgres, nth)}`
  }
  const pending = wechat.pendingNotices()
  if (pending > 0) return `${pending} notifications that WeChat still sends`
  const behind = shippingBehind(town)
  if (behind !== null) return behind
  const days = daysNotJudged(town)
  return days.length > 0 ? `days with money whose bills were not judged: ${days.join()}` : null
}

/** Half an hour lies between two questions about a refund of today, and what was late has come. */
const askedWithinMs = 90 * 60_000
/** So long it stays calm: then the morning of the bills may come. */
const calmMs = 7 * 3_600_000

const underWaySql = `
  SELECT out_refund_no FROM refund WHERE status IN ('accepted', 'reapplied') ORDER BY 1`

/**
 * I-13: what WeChat ended some time ago, and nothing has gone wrong since, is known here: by
 * asking, whether or not its message came, and before any bill tells it.
 */
export function refundsBehind({ run, wechat }: Town, calmSinceMs: number): string | null {
  const latestMs = run.scheduler.now() - askedWithinMs
  if (latestMs < calmSinceMs || run.scheduler.now() > calmSinceMs + calmMs) return null
  for (const { out_refund_no } of run.postgres.query(underWaySql).rows) {
    const there = wechat.refund(String(out_refund_no))
    const endedMs = there?.status === 'SUCCESS' ? there.finishedAtMs : null
    if (endedMs !== null && endedMs < latestMs) return `${out_refund_no} arrived long ago`
  }
  return null
}
