import { afterMs } from '@minitill/protocol/model'
import { billDay, judgedUntil, midnightMs } from '../domain/reconcile/bill-day.ts'
import type { DifferenceDraft } from '../domain/reconcile/difference.ts'
import type { Ports } from '../ports/index.ts'
import type { MissingEntry, MissingFilter, MissingRefund } from '../ports/tables/bill-rows.ts'
import { type DayRun, keepDifference } from './keep-difference.ts'
import { commit } from './phase.ts'

const pageRows = 2_000
/** Entries that one statement looks at. */
const window = 20_000

/**
 * What the books have and no trade bill until this day: payments, money in suspense, refunds.
 * It opens a difference for each, page by page; a row that comes later heals it. Of what
 * happened before the first bill nothing is known. Safe to repeat; a crash leaves the rest for
 * the next run. False: overtaken.
 */
export async function findMissing(ports: Ports, run: DayRun): Promise<boolean> {
  const { mchid, day } = run
  const first = billDay((await ports.store.read.bills.firstDate(mchid)) ?? day.date) ?? day
  const filter = {
    mchid,
    bookedFrom: afterMs(day.beginMs, -midnightMs),
    happenedFrom: first.beginMs,
    happenedUntil: judgedUntil(day),
  }
  return (await missingEntries(ports, run, filter)) && (await missingRefunds(ports, run, filter))
}

type Filter = Omit<MissingFilter, 'after'>

async function missingEntries(ports: Ports, run: DayRun, filter: Filter): Promise<boolean> {
  for (let after: MissingFilter['after'] = null; ; ) {
    const looked = await commit(ports, 'match-trade/missing', async (tx) => {
      if (!(await tx.reconciliations.holds(run.id, run.run))) return null
      const { found, next } = await tx.tradeRows.missingEntries({ ...filter, after }, window)
      const how = { at: ports.clock.now(), evidence: null }
      for (const row of found) await keepDifference(tx, ports, run, entryDraft(row), how)
      return { next }
    })
    if (looked === null) return false
    if (looked.next === null) return true
    after = looked.next
  }
}

async function missingRefunds(ports: Ports, run: DayRun, filter: Filter): Promise<boolean> {
  for (let after: MissingFilter['after'] = null; ; ) {
    const found = await commit(ports, 'match-trade/missing', async (tx) => {
      if (!(await tx.reconciliations.holds(run.id, run.run))) return null
      const rows = await tx.tradeRows.missingRefunds({ ...filter, after }, pageRows)
      const how = { at: ports.clock.now(), evidence: null }
      for (const row of rows) await keepDifference(tx, ports, run, refundDraft(row), how)
      return rows
    })
    if (found === null) return false
    const last = found.at(-1)
    if (last === undefined || found.length < pageRows) return true
    after = { atMs: last.acceptedAtMs, id: last.id }
  }
}

function entryDraft(missing: MissingEntry): DifferenceDraft {
  return {
    class: 'paid_here',
    key: `entry:${missing.entryId}`,
    entryId: missing.entryId,
    thereFen: null,
    hereFen: missing.amountFen,
    // The books have money that the account does not.
    effectFen: 0 - missing.amountFen,
    detail: {
      subject: missing.subject,
      out_trade_no: missing.outTradeNo,
      transaction_id: missing.transactionId,
    },
  }
}

function refundDraft(missing: MissingRefund): DifferenceDraft {
  return {
    class: 'refund_here',
    key: `refund:${missing.id}`,
    entryId: missing.entryId,
    thereFen: null,
    hereFen: missing.amountFen,
    effectFen: missing.entryId === null ? 0 : missing.amountFen,
    detail: {
      subject: `refund:${missing.id}`,
      out_refund_no: missing.outRefundNo,
      refund_id: missing.refundId,
    },
  }
}
