import { afterMs, type Mchid } from '@minitill/protocol/model'
import {
  type BillDay,
  billDay,
  dayOf,
  daysLater,
  lastBilled,
  mostDaysBack,
  nextRound,
} from '../domain/reconcile/bill-day.ts'
import type { JobResult, Ports, Tx } from '../ports/index.ts'
import { askForDay } from './ask-for-day.ts'
import { commit } from './phase.ts'

/** Open differences of so many days are looked at again each day: their partner may have come. */
const lookAgainDays = 31

/**
 * The standing job of bills: each day after ten in Beijing it sends one job for each merchant
 * and each day that is due, so that one bad bill stops no other. Days that were missed while
 * nobody ran are made up for. A crash leaves the job, which is delivered again.
 */
export async function dailyBills(ports: Ports): Promise<JobResult> {
  const at = ports.clock.now()
  const last = lastBilled(at)
  for (const mchid of ports.parties.mchids) {
    await commit(ports, 'daily-bills/request', async (tx) => {
      for (const date of await dueDays(tx, mchid, last)) await askForDay(tx, ports, mchid, date)
    })
  }
  return { again: nextRound(afterMs(at, 1)) }
}

/** Yesterday, what was missed since the last day, and days with open differences. */
async function dueDays(tx: Tx, mchid: Mchid, last: BillDay): Promise<readonly string[]> {
  const first = await firstDue(tx, mchid)
  // Nothing has ever happened here, so that no bill has anything to say.
  if (first === null) return []
  const oldest = daysLater(last, -mostDaysBack)
  const days = new Set<string>()
  for (let day = first.date < oldest.date ? oldest : first; day.date <= last.date; ) {
    days.add(day.date)
    day = daysLater(day, 1)
  }
  const again = await tx.differences.openDays(mchid, daysLater(last, -lookAgainDays).date)
  for (const date of again) days.add(date)
  return [...days].sort()
}

/** The day after the last one, or that of the first money; null when there was none yet. */
async function firstDue(tx: Tx, mchid: Mchid): Promise<BillDay | null> {
  const done = await tx.reconciliations.lastDate(mchid)
  const known = done === null ? null : billDay(done)
  if (known !== null) return daysLater(known, 1)
  const at = await tx.bills.firstMoneyAt(mchid)
  return at === null ? null : dayOf(at)
}
