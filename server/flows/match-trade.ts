import type { EntryDraft } from '../domain/ledger.ts'
import { refundExtras } from '../domain/reconcile/book-row.ts'
import { judgeTrade } from '../domain/reconcile/match-trade.ts'
import type { TradeCase } from '../domain/reconcile/rows.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { MatchedRow } from '../ports/tables/bill-rows.ts'
import type { Bill } from '../ports/tables/bills.ts'
import type { DayRun } from './keep-difference.ts'
import { commit } from './phase.ts'
import { bookAll, differ, extras, healPartners, matchedRow, unlessHeld } from './place-row.ts'
import { tellRow } from './tell-row.ts'

/** Rows of one transaction: what one page holds in memory. */
const pageRows = 2_000

/**
 * Judges every row of an accepted trade bill that is not judged, or in an open difference: page by
 * page, each in one transaction; what only evidence can decide in one of its own. Safe to repeat: a
 * second run finds nothing new. A crash leaves the rest for the next run. False: overtaken.
 */
export async function matchTrade(ports: Ports, run: DayRun, bill: Bill): Promise<boolean> {
  for (let after = 0; ; ) {
    const page = await commit(ports, 'match-trade/page', async (tx) => {
      if (!(await tx.reconciliations.holds(run.id, run.run))) return null
      return await matchPage(tx, ports, run, await tx.tradeRows.page(bill.id, after, pageRows))
    })
    if (page === null) return false
    for (const row of page.tell) if (!(await tellRow(ports, run, bill, row))) return false
    if (page.count < pageRows) return true
    after = page.lastLine
  }
}

interface Page {
  readonly count: number
  readonly lastLine: number
  /** Rows that know more than we do. */
  readonly tell: readonly TradeCase[]
}

async function matchPage(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  cases: readonly TradeCase[],
): Promise<Page> {
  const at = ports.clock.now()
  const seen = new Set<string>()
  const matched: MatchedRow[] = []
  const entries: EntryDraft[] = []
  const foreign: number[] = []
  const tell: TradeCase[] = []
  for (const one of cases) {
    const { row } = one
    const isSeen = one.isSeen || seen.has(row.identity)
    const verdict = judgeTrade({ ...one, isSeen }, ports.parties.policyOf(run.mchid).tradePrefix)
    if (verdict.kind === 'matched') {
      seen.add(row.identity)
      matched.push(matchedRow(one, verdict))
      entries.push(...extras(run, one, verdict))
    } else if (verdict.kind === 'foreign') foreign.push(row.line)
    else if (verdict.kind === 'tell') tell.push(one)
    else {
      const different = await unlessHeld(tx, one, verdict)
      entries.push(...extras(run, one, different))
      await differ(tx, ports, run, one, different, at)
    }
  }
  const billId = cases[0]?.row.billId ?? ''
  await bookAll(tx, ports, entries, at)
  await tx.tradeRows.match(billId, matched)
  await tx.tradeRows.foreign(billId, foreign)
  await healPartners(tx, run, cases, matched, at)
  return { count: cases.length, lastLine: cases.at(-1)?.row.line ?? 0, tell }
}

/**
 * Books fee and coupon of refunds whose row came before they had arrived. Also in pages; a crash
 * leaves the rest for the next run. False: overtaken.
 */
export async function settleRefundRows(ports: Ports, run: DayRun): Promise<boolean> {
  for (let after = { billId: '', line: 0 }; ; ) {
    const last = await commit(ports, 'match-trade/settle', async (tx) => {
      if (!(await tx.reconciliations.holds(run.id, run.run))) return null
      const rows = await tx.tradeRows.unbooked(run.mchid, after, pageRows)
      const entries = rows.flatMap((row) => refundExtras(row, row.refund, run.mchid))
      await bookAll(tx, ports, entries, ports.clock.now())
      await tx.tradeRows.settle(rows)
      return { count: rows.length, place: rows.at(-1) ?? after }
    })
    if (last === null) return false
    if (last.count < pageRows) return true
    const { billId, line } = last.place
    after = { billId, line }
  }
}
