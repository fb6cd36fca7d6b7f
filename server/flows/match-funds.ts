import type { Instant } from '@minitill/protocol/model'
import type { EntryDraft } from '../domain/ledger.ts'
import { fundEntry } from '../domain/reconcile/book-row.ts'
import type { DifferenceDraft } from '../domain/reconcile/difference.ts'
import { type FundVerdict, judgeFund } from '../domain/reconcile/match-funds.ts'
import type { FundCase, FundRow } from '../domain/reconcile/rows.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { MissingFund } from '../ports/tables/bill-rows.ts'
import type { Bill } from '../ports/tables/bills.ts'
import { type DayRun, keepDifference } from './keep-difference.ts'
import { commit } from './phase.ts'
import { bookAll } from './place-row.ts'

const pageRows = 2_000
/** Trade rows that one statement looks at. */
const window = 10_000

/**
 * Judges every row of an accepted fund-flow bill against the trade bills and the books; money
 * between WeChat and the bank becomes an entry. Page by page, after the trades of the day were
 * judged. Safe to repeat; a crash leaves the rest for the next run. False: overtaken.
 */
export async function matchFunds(ports: Ports, run: DayRun, bill: Bill): Promise<boolean> {
  for (let after = 0; ; ) {
    const page = await commit(ports, 'match-funds/page', async (tx) => {
      if (!(await tx.reconciliations.holds(run.id, run.run))) return null
      const cases = await tx.fundRows.page(bill.id, after, pageRows)
      await matchPage(tx, ports, run, cases)
      return { count: cases.length, lastLine: cases.at(-1)?.row.line ?? 0 }
    })
    if (page === null) return false
    if (page.count < pageRows) return true
    after = page.lastLine
  }
}

async function matchPage(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  cases: readonly FundCase[],
): Promise<void> {
  const at = ports.clock.now()
  const seen = new Set<string>()
  const matched: { line: number; subject: string }[] = []
  const entries: EntryDraft[] = []
  const foreign: number[] = []
  const keys: string[] = []
  for (const one of cases) {
    const { row } = one
    const own = `${row.movement}:${row.flowId}`
    const verdict = judgeFund({ ...one, isSeen: one.isSeen || seen.has(own) })
    if (verdict.kind !== 'different') seen.add(own)
    if (verdict.kind === 'foreign') foreign.push(row.line)
    else if (verdict.kind === 'different') await differ(tx, ports, run, row, verdict, at)
    else if (verdict.kind === 'matched') matched.push({ line: row.line, subject: verdict.subject })
    else {
      const entry = fundEntry(row, run.mchid)
      matched.push({ line: row.line, subject: entry?.subject ?? `fund:${run.mchid}:${row.flowId}` })
      if (entry !== null) entries.push(entry)
    }
    if (verdict.kind !== 'different' && row.place === 'different') keys.push(rowKey(row))
    keys.push(`funds:${row.movement}:${row.identity}`)
  }
  const billId = cases[0]?.row.billId ?? ''
  await bookAll(tx, ports, entries, at)
  await tx.fundRows.match(billId, matched)
  await tx.fundRows.foreign(billId, foreign)
  const evidence = `fund-flow bill ${run.day.date}`
  await tx.differences.healPartners(run.mchid, { entryIds: [], keys }, evidence, at)
}

const rowKey = ({ billId, line }: FundRow): string => `fund:${billId}:${line}`

async function differ(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  row: FundRow,
  verdict: Extract<FundVerdict, { kind: 'different' }>,
  at: Instant,
): Promise<void> {
  const draft: DifferenceDraft = {
    class: verdict.class,
    key: rowKey(row),
    entryId: null,
    thereFen: row.amountFen,
    hereFen: verdict.hereFen,
    effectFen: verdict.effectFen,
    detail: {
      bill: row.billId,
      line: row.line,
      business_id: row.businessId,
      flow_id: row.flowId,
      type: row.type,
      voucher: row.voucher,
      subject: verdict.subject,
    },
  }
  const { id } = await keepDifference(tx, ports, run, draft, { at, evidence: null })
  await tx.fundRows.differ(row, id, verdict.subject)
}

/**
 * Trade rows whose money never moved in the account: a difference for each; the movement that comes
 * later heals it. A crash leaves the rest for the next run. False: overtaken.
 */
export async function findMissingFunds(ports: Ports, run: DayRun): Promise<boolean> {
  for (let after = { billId: '', line: 0 }; ; ) {
    const looked = await commit(ports, 'match-funds/missing', async (tx) => {
      if (!(await tx.reconciliations.holds(run.id, run.run))) return null
      const { found, next } = await tx.fundRows.missing(run, after, window)
      const how = { at: ports.clock.now(), evidence: null }
      for (const row of found) await keepDifference(tx, ports, run, missingDraft(row), how)
      return { next }
    })
    if (looked === null) return false
    if (looked.next === null) return true
    after = looked.next
  }
}

function missingDraft(missing: MissingFund): DifferenceDraft {
  const { movement, identity, amountFen } = missing
  return {
    class: 'fund_missing',
    key: `funds:${movement}:${identity}`,
    entryId: null,
    thereFen: null,
    hereFen: amountFen,
    effectFen: 0 - amountFen,
    detail: {
      bill: missing.billId,
      line: missing.line,
      subject: missing.subject,
      out_trade_no: missing.outTradeNo,
      movement,
    },
  }
}
