import type { Instant } from '@minitill/protocol/model'
import { billDay, daysLater, lastBilled, mostDaysBack } from '../domain/reconcile/bill-day.ts'
import type { Difference } from '../domain/reconcile/difference.ts'
import type { Ports, Reads } from '../ports/index.ts'
import type { Bill } from '../ports/tables/bills.ts'
import type { DifferenceFilter, Reconciliation } from '../ports/tables/differences.ts'
import { askForDay } from './ask-for-day.ts'
import { commit } from './phase.ts'

type Reading = { readonly store: { readonly read: Reads } }

/** A merchant's day with its bills. */
export interface DayFile {
  readonly day: Reconciliation
  readonly bills: readonly Bill[]
}

/** Differences, newest first. It only reads, in no order that matters; a crash leaves nothing. */
export async function readDifferences(
  ports: Reading,
  page: {
    readonly filter: DifferenceFilter
    readonly before: { readonly openedAtMs: Instant; readonly id: string } | null
    readonly limit: number
  },
): Promise<readonly Difference[]> {
  return await ports.store.read.differences.page(page.filter, page.before, page.limit)
}

export type ClosedDifference =
  | { readonly kind: 'closed'; readonly difference: Difference }
  | { readonly kind: 'not_found' | 'not_now' }

/** A named person explains a difference; evidence alone ends it otherwise. A crash leaves it open. */
export async function closeDifference(
  ports: Ports,
  { id, by, reason }: { readonly id: string; readonly by: string; readonly reason: string },
): Promise<ClosedDifference> {
  return await commit(ports, 'close-difference/close', async (tx): Promise<ClosedDifference> => {
    const found = await tx.differences.byId(id)
    if (found === null) return { kind: 'not_found' }
    const isClosed = await tx.differences.explain(id, by, reason, ports.clock.now())
    const difference = await tx.differences.byId(id)
    if (!isClosed || difference === null) return { kind: 'not_now' }
    ports.meter.count('difference_total', { class: difference.class, status: 'explained' })
    return { kind: 'closed', difference }
  })
}

export type RequestedDays =
  | { readonly kind: 'requested'; readonly days: readonly DayFile[] }
  | { readonly kind: 'not_found' | 'too_early' | 'too_old' }

/**
 * Asks for a day of one merchant or of all to be compared, now, by their jobs. Safe to repeat;
 * a crash leaves nothing.
 */
export async function requestReconciliation(
  ports: Ports,
  { date, mchid }: { readonly date: string; readonly mchid: string | undefined },
): Promise<RequestedDays> {
  const day = billDay(date)
  const last = lastBilled(ports.clock.now())
  if (day === null || date > last.date) return { kind: 'too_early' }
  if (date < daysLater(last, -mostDaysBack).date) return { kind: 'too_old' }
  const mchids = ports.parties.mchids.filter((one) => mchid === undefined || one === mchid)
  if (mchids.length === 0) return { kind: 'not_found' }
  await commit(ports, 'request-reconciliation/request', async (tx) => {
    for (const one of mchids) await askForDay(tx, ports, one, date)
  })
  return { kind: 'requested', days: await readDays(ports, { date, mchid }) }
}

/** A date's days with their bills, by merchant; of one merchant when it is named. */
export async function readDays(
  ports: Reading,
  { date, mchid }: { readonly date: string; readonly mchid: string | undefined },
): Promise<readonly DayFile[]> {
  const { reconciliations } = ports.store.read
  const days = (await reconciliations.ofDate(date)).filter(
    (day) => mchid === undefined || day.mchid === mchid,
  )
  const files: DayFile[] = []
  for (const day of days) files.push(await fileOf(ports, day))
  return files
}

/** The day as it was judged, with its differences as they are now: somebody may have explained one. */
async function fileOf(ports: Reading, day: Reconciliation): Promise<DayFile> {
  const { bills, differences } = ports.store.read
  const { mchid, date, counts } = day
  const now = counts && { ...counts, differences: await differences.countsOf(mchid, date) }
  return { day: { ...day, counts: now }, bills: await bills.ofDay(mchid, date) }
}

/** Newest day first, with their bills. */
export async function readDayPage(
  ports: Reading,
  page: {
    readonly before: { readonly date: string; readonly mchid: string } | null
    readonly limit: number
  },
): Promise<readonly DayFile[]> {
  const days = await ports.store.read.reconciliations.page(page.before, page.limit)
  const files: DayFile[] = []
  for (const day of days) files.push(await fileOf(ports, day))
  return files
}
