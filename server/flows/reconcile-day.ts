import { afterMs, type Mchid } from '@minitill/protocol/model'
import { unexplained } from '../domain/reconcile/balance.ts'
import {
  type BillDay,
  billDay,
  daysLater,
  nextLook,
  nextTry,
  waitsMs,
} from '../domain/reconcile/bill-day.ts'
import type { BillRequest, JobResult, Ports, Tx } from '../ports/index.ts'
import type { Bill } from '../ports/tables/bills.ts'
import type { DayCounts, Reconciliation } from '../ports/tables/differences.ts'
import { askForDay, newDay } from './ask-for-day.ts'
import { balanceDay, openBalance } from './balance-day.ts'
import { type FetchedBill, fetchBill } from './fetch-bill.ts'
import { findMissing } from './find-missing.ts'
import type { DayRun } from './keep-difference.ts'
import { findMissingFunds, matchFunds } from './match-funds.ts'
import { matchTrade, settleRefundRows } from './match-trade.ts'
import { commit } from './phase.ts'
import { recordEvent } from './record-event.ts'

export type ReconciledDay =
  | { readonly kind: 'reconciled'; readonly day: Reconciliation }
  /** A bill is not here, or is none; `tries` is how often it was asked for. */
  | { readonly kind: 'waiting' | 'refused'; readonly problem: string; readonly tries: number }
  | { readonly kind: 'overtaken' }

/**
 * Compares one day of one merchant with WeChat's bills: brings them here, judges every row and every
 * entry, heals what evidence allows, opens differences for the rest, and compares the balances. A
 * day may be run any number of times: what was judged stays, and what has its partner by now is
 * healed. A crash anywhere leaves what was committed, and the next run goes on.
 */
export async function reconcileDay(
  ports: Ports,
  { mchid, date }: { readonly mchid: Mchid; readonly date: string },
): Promise<ReconciledDay> {
  const day = billDay(date)
  if (day === null) return { kind: 'refused', problem: 'no such day', tries: 0 }
  const run = await beginRun(ports, mchid, day)
  const request = { mchid, date }
  const trade = await fetchBill(
    ports,
    { ...request, kind: 'trade', account: 'ALL' },
    { again: true },
  )
  const funds = await fetchBill(
    ports,
    { ...request, kind: 'fundflow', account: 'BASIC' },
    { again: true },
  )
  // The trades are judged as soon as their bill is here: money that we do not know of can't wait.
  if (trade.kind === 'here' && !(await judgeTrades(ports, run, trade.bill))) {
    return { kind: 'overtaken' }
  }
  const away = trade.kind !== 'here' ? trade : funds.kind !== 'here' ? funds : null
  if (away !== null || trade.kind !== 'here' || funds.kind !== 'here') {
    return await wait(ports, run, away, trade.kind === 'here' ? 'fundflow' : 'trade')
  }
  if (!(await judgeFunds(ports, run, funds.bill))) return { kind: 'overtaken' }
  const ended = await endRun(ports, run, trade.bill, funds.bill)
  return ended === null ? { kind: 'overtaken' } : { kind: 'reconciled', day: ended }
}

async function beginRun(ports: Ports, mchid: Mchid, day: BillDay): Promise<DayRun> {
  return await commit(ports, 'reconcile-day/begin', async (tx) => {
    const asked = newDay(ports, mchid, day.date)
    const { id } = await tx.reconciliations.request(asked)
    return { id, run: await tx.reconciliations.begin(id), mchid, day }
  })
}

async function judgeTrades(ports: Ports, run: DayRun, bill: Bill): Promise<boolean> {
  return (
    (bill.status === 'empty' || (await matchTrade(ports, run, bill))) &&
    (await settleRefundRows(ports, run)) &&
    (await findMissing(ports, run))
  )
}

async function judgeFunds(ports: Ports, run: DayRun, bill: Bill): Promise<boolean> {
  return (
    (await openBalance(ports, run, bill)) &&
    (bill.status === 'empty' || (await matchFunds(ports, run, bill))) &&
    (await findMissingFunds(ports, run))
  )
}

async function wait(
  ports: Ports,
  run: DayRun,
  away: FetchedBill | null,
  which: BillRequest['kind'],
): Promise<ReconciledDay> {
  if (away === null || away.kind === 'here') return { kind: 'overtaken' }
  const status = away.kind === 'refused' ? 'refused' : 'waiting'
  const problem = `${which}: ${away.problem}`
  await commit(ports, 'reconcile-day/waits', async (tx) => {
    if (await tx.reconciliations.holds(run.id, run.run)) {
      await tx.reconciliations.wait(run.id, { status, problem })
    }
  })
  return { kind: status, problem, tries: away.tries }
}

async function endRun(
  ports: Ports,
  run: DayRun,
  trade: Bill,
  funds: Bill,
): Promise<Reconciliation | null> {
  return await commit(ports, 'reconcile-day/end', async (tx) => {
    if (!(await tx.reconciliations.holds(run.id, run.run))) return null
    const before = await tx.reconciliations.find(run.mchid, run.day.date)
    await tx.reconciliations.setForeign(run.id, await tx.fundRows.foreignOf(funds.id))
    const balance = await balanceDay(tx, ports, run, funds)
    const counts = await countDay(tx, run, trade, funds)
    const isSame =
      before?.status === 'reconciled' &&
      same(before.counts, counts) &&
      same(before.balance, balance)
    // A run that found nothing new leaves everything as it was.
    if (isSame) return before
    const at = ports.clock.now()
    const ended = await tx.reconciliations.finish(run.id, { counts, balance }, at)
    const rest = balance === null ? null : unexplained(balance)
    await recordEvent(tx, ports, {
      type: 'reconciliation.finished',
      subject: `reconciliation:${ended.id}`,
      version: ended.version,
      payload: {
        id: ended.id,
        mchid: ended.mchid,
        date: ended.date,
        matched: counts.matched,
        healed: countOf(counts, 'healed'),
        open: countOf(counts, 'open'),
        unexplained: rest,
      },
      createdAtMs: at,
    })
    if (before?.status !== 'reconciled') await askLater(tx, ports, run)
    return ended
  })
}

/** Days that went on without this one may now find explained what they could not. */
async function askLater(tx: Tx, ports: Ports, { mchid, day }: DayRun): Promise<void> {
  const later = await tx.differences.openDays(mchid, daysLater(day, 1).date)
  for (const date of later) await askForDay(tx, ports, mchid, date)
}

/** By content: jsonb gives the fields back in an order of its own. */
function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, one]) => `${name}:${canonical(one)}`).join()}}`
}

/** How many differences of a day are in this status. */
export function countOf(counts: DayCounts, status: 'open' | 'healed' | 'explained'): number {
  const some = counts.differences.filter((one) => one.status === status)
  return some.reduce((sum, { count }) => sum + count, 0)
}

async function countDay(tx: Tx, run: DayRun, trade: Bill, funds: Bill): Promise<DayCounts> {
  const trades = await tx.tradeRows.places(trade.id)
  const money = await tx.fundRows.places(funds.id)
  return {
    tradeRows: trade.rowCount ?? 0,
    fundRows: funds.rowCount ?? 0,
    matched: trades.matched + money.matched,
    foreign: trades.foreign + money.foreign,
    differences: await tx.differences.countsOf(run.mchid, run.day.date),
  }
}

/** The earlier day that this one waits for; null when it may be judged. It only reads. */
export async function earlierDay(
  ports: Ports,
  mchid: Mchid,
  date: string,
): Promise<Reconciliation | null> {
  const since = afterMs(ports.clock.now(), -waitsMs)
  return await ports.store.read.reconciliations.firstUnended(mchid, { before: date, since })
}

/**
 * The job of one merchant's day. Days are judged in order, because the first one opens the account
 * and each later balance stands on those before: it comes again while an earlier day is to be
 * judged, but no longer than bills are asked for often, so that a day without one stops no other.
 * It comes again while a bill is not here, at longer and longer distances; a day that nobody can
 * run any more is given up with its task. A crash leaves the job.
 */
export async function reconcileInTime(
  ports: Ports,
  { mchid, date }: { readonly mchid: string; readonly date: string },
): Promise<JobResult> {
  const merchant = ports.parties.merchant(mchid)
  // A merchant that is not configured any more has no bills that we could ask for.
  if (!merchant) return 'done'
  const at = ports.clock.now()
  const earlier = await earlierDay(ports, merchant.mchid, date)
  if (earlier !== null) return { again: nextLook(at, earlier.problem !== null) }
  const result = await reconcileDay(ports, { mchid: merchant.mchid, date })
  if (result.kind === 'reconciled' || result.kind === 'overtaken') return 'done'
  const again = nextTry(result.tries, ports.clock.now())
  return again === null ? 'done' : { again }
}
