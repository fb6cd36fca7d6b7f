// Where a judged row of a trade bill goes, and what goes with it. Parts of a transaction of their
// caller's, in no particular order, because all of it is written or nothing; a crash leaves nothing.
import type { Instant } from '@minitill/protocol/model'
import type { EntryDraft } from '../domain/ledger.ts'
import { paymentExtras, refundExtras } from '../domain/reconcile/book-row.ts'
import type { DifferenceDraft } from '../domain/reconcile/difference.ts'
import type { TradeVerdict } from '../domain/reconcile/match-trade.ts'
import type { TradeCase, TradeRow } from '../domain/reconcile/rows.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { MatchedRow } from '../ports/tables/bill-rows.ts'
import { type DayRun, keepDifference } from './keep-difference.ts'

export type Different = Extract<TradeVerdict, { kind: 'different' }>

export function matchedRow(
  { row, refund }: TradeCase,
  { subject, entryId }: Extract<TradeVerdict, { kind: 'matched' }>,
): MatchedRow {
  const isSettled = refund?.status === 'succeeded' || refund?.status === 'closed'
  return { line: row.line, subject, entryId, booked: row.state !== 'REFUND' || isSettled }
}

/** What else the row says of money: fee and coupon, which no notification tells. */
export function extras(
  { mchid }: DayRun,
  { row, refund }: TradeCase,
  verdict: TradeVerdict,
): readonly EntryDraft[] {
  if (verdict.kind !== 'matched' && verdict.kind !== 'different') return []
  const { subject } = verdict
  if (subject === null || (verdict.kind === 'different' && verdict.class === 'duplicate')) return []
  if (row.state === 'REFUND') return refund === null ? [] : refundExtras(row, refund, mchid)
  return verdict.entryId === null ? [] : paymentExtras(row, subject, mchid)
}

export async function bookAll(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  entries: readonly EntryDraft[],
  atMs: Instant,
): Promise<void> {
  await tx.ledger.appendAll(entries.map((entry) => ({ ...entry, id: random.id('entry'), atMs })))
}

/**
 * A second row about an entry that another row is in a place with: the bill has it twice, and an
 * entry is in one difference alone.
 */
export async function unlessHeld(
  tx: Tx,
  { row }: TradeCase,
  verdict: Different,
): Promise<Different> {
  const { entryId } = verdict
  if (entryId === null || !(await tx.tradeRows.isHeld(entryId, row))) return verdict
  return { ...verdict, class: 'duplicate', entryId: null }
}

export async function differ(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  { row, refund }: TradeCase,
  verdict: Different,
  at: Instant,
): Promise<void> {
  // The bill has it, if with another amount: it is missed no more, and in one difference alone.
  const entryIds = verdict.entryId === null ? [] : [verdict.entryId]
  const keys = entryIds.length > 0 && refund !== null ? [`refund:${refund.id}`] : []
  const evidence = `trade bill ${run.day.date}`
  await tx.differences.healPartners(run.mchid, { entryIds, keys }, evidence, at)
  const draft = rowDifference(row, verdict)
  const { id: differenceId } = await keepDifference(tx, ports, run, draft, { at, evidence: null })
  const { subject, entryId } = verdict
  const booked = row.state !== 'REFUND' || refund?.status === 'succeeded'
  await tx.tradeRows.differ(row, { differenceId, subject, entryId, booked })
}

/** The difference of a row; its key stays, whatever class it turns out to be. */
export function rowDifference(row: TradeRow, verdict: Omit<Different, 'kind'>): DifferenceDraft {
  const isRefund = row.state === 'REFUND'
  return {
    class: verdict.class,
    key: rowKey(row),
    entryId: verdict.entryId,
    thereFen: verdict.class === 'fee' ? row.feeFen : isRefund ? row.refundFen : row.totalFen,
    hereFen: verdict.hereFen,
    effectFen: 0,
    detail: {
      bill: row.billId,
      line: row.line,
      out_trade_no: row.outTradeNo,
      transaction_id: row.transactionId,
      out_refund_no: row.outRefundNo,
      refund_id: row.refundId,
      state: isRefund ? row.refundState : row.state,
      subject: verdict.subject,
      rate: row.rate,
    },
  }
}

export const rowKey = ({ billId, line }: Pick<TradeRow, 'billId' | 'line'>): string =>
  `trade:${billId}:${line}`

/** Differences that waited for these rows, or for these rows' partners, are healed by them. */
export async function healPartners(
  tx: Tx,
  { mchid, day }: DayRun,
  cases: readonly TradeCase[],
  matched: readonly MatchedRow[],
  at: Instant,
): Promise<void> {
  const lines = new Set(matched.map(({ line }) => line))
  const waited = cases.filter(({ row }) => row.place === 'different' && lines.has(row.line))
  const keys = [
    ...waited.map(({ row }) => rowKey(row)),
    ...matched.flatMap(({ subject }) => (subject.startsWith('refund:') ? [subject] : [])),
  ]
  const entryIds = matched.flatMap(({ entryId }) => entryId ?? [])
  await tx.differences.healPartners(mchid, { entryIds, keys }, `trade bill ${day.date}`, at)
}
