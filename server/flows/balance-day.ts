import { afterMs } from '@minitill/protocol/model'
import { type DayBalance, unexplained } from '../domain/reconcile/balance.ts'
import { billDay } from '../domain/reconcile/bill-day.ts'
import { movedOpening, openingEntry } from '../domain/reconcile/book-row.ts'
import type { Ports, Reads, Tx } from '../ports/index.ts'
import type { Bill } from '../ports/tables/bills.ts'
import { askForDay } from './ask-for-day.ts'
import { type DayRun, keepDifference } from './keep-difference.ts'
import { commit } from './phase.ts'
import { bookAll } from './place-row.ts'

/**
 * The first fund-flow bill says what the account held before: what the books do not know of that is
 * one entry, named as what it is. Once a merchant, and once more for a day whose bill came so late
 * that a later day opened the account. A crash before the day's end leaves the entries, and the next
 * run finds them made. False: overtaken.
 */
export async function openBalance(ports: Ports, run: DayRun, bill: Bill): Promise<boolean> {
  return await commit(ports, 'match-funds/opening', async (tx) => {
    if (!(await tx.reconciliations.holds(run.id, run.run))) return false
    const { mchid, day } = run
    const opened = billDay((await tx.reconciliations.openingDate(mchid)) ?? '')
    if (bill.openingFen === null || (opened !== null && opened.date <= day.date)) return true
    const atMs = afterMs(day.beginMs, -1)
    const booked = await receivable(tx, mchid, atMs)
    const left = await tx.fundRows.leftBefore(mchid, day)
    const fen = bill.openingFen - booked + left
    if (opened !== null) {
      const before = {
        ...opened,
        fen: await openedSince(tx, mchid, day),
        atMs: afterMs(opened.beginMs, -1),
      }
      const entries = movedOpening(mchid, { date: day.date, fen, atMs }, before)
      await bookAll(tx, ports, entries, ports.clock.now())
      // What it found explained by the opening may be explained by this day now, or not at all.
      await askForDay(tx, ports, mchid, opened.date)
      return true
    }
    const entry = openingEntry(mchid, fen, atMs)
    if (entry !== null) await bookAll(tx, ports, [entry], ports.clock.now())
    return true
  })
}

/** What openings since this day's beginning say that the account held. */
async function openedSince(
  { ledger }: Pick<Reads, 'ledger'>,
  mchid: DayRun['mchid'],
  { beginMs }: DayRun['day'],
): Promise<number> {
  const entries = await ledger.ofSubject(`merchant:${mchid}`)
  const postings = entries
    .filter(({ happenedAtMs }) => happenedAtMs >= beginMs)
    .flatMap((entry) => entry.postings)
  const held = postings.filter(({ account }) => account === 'wechat_receivable')
  return held.reduce((sum, { amountFen }) => sum + amountFen, 0)
}

async function receivable(
  { ledger }: Pick<Reads, 'ledger'>,
  mchid: DayRun['mchid'],
  at: DayRun['day']['beginMs'],
): Promise<number> {
  const balances = await ledger.balances({ at, by: 'happened', mchid })
  return balances.find(({ account }) => account === 'wechat_receivable')?.amountFen ?? 0
}

/**
 * How the books lead to the sum that the account held at the day's end; null when there is no sum to
 * compare with, or the day is before the opening. What nothing explains is a difference of its own,
 * healed when a later run finds it explained.
 */
export async function balanceDay(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  bill: Bill,
): Promise<DayBalance | null> {
  const { mchid, day } = run
  const opening = await tx.reconciliations.openingDate(mchid)
  // A bill with a sum has moved the opening to its day; one without leaves it where it is.
  const isBefore = opening !== null && opening > day.date
  if (isBefore && bill.openingFen === null) return null
  const opened = (isBefore ? null : billDay(opening ?? '')) ?? day
  const isEmpty = bill.status === 'empty' || bill.rowCount === 0
  // Its sum would be that of an earlier day which is being opened: the opening is that day's.
  if (isEmpty && opening === null) return null
  const thereFen = isEmpty ? await tx.bills.closingBefore(mchid, day.date) : bill.closingFen
  if (thereFen === null) {
    if (!isEmpty) await keepBalance(tx, ports, run, null)
    return null
  }
  const balance: DayBalance = {
    thereFen,
    ledgerFen: await receivable(tx, mchid, afterMs(day.endMs, -1)),
    refundsUnderWayFen: await tx.fundRows.underWay(mchid, day, opened.beginMs),
    foreignFen: await tx.reconciliations.foreignUntil(mchid, day.date),
    carriedFen: await tx.fundRows.carried(mchid, day),
    differencesFen: await tx.differences.effectsUntil(mchid, day.date),
  }
  await keepBalance(tx, ports, run, balance)
  return balance
}

/** null: the balances of the bill do not follow from each other. */
async function keepBalance(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  balance: DayBalance | null,
): Promise<void> {
  const { mchid, day } = run
  const at = ports.clock.now()
  const open = await tx.differences.openBalance(mchid, day.date)
  const rest = balance === null ? null : unexplained(balance)
  if (rest === 0) {
    if (open !== null) await tx.differences.heal(open.id, `fund-flow bill ${day.date}`, at)
    return
  }
  const draft = {
    class: 'balance',
    key: open?.key ?? `balance:${day.date}:${run.run}`,
    entryId: null,
    thereFen: balance?.thereFen ?? null,
    hereFen: balance === null || rest === null ? null : balance.thereFen - rest,
    effectFen: rest ?? 0,
    detail: balance === null ? { chain: 'broken' } : { ...balance },
  } as const
  await keepDifference(tx, ports, run, draft, { at, evidence: null })
}
