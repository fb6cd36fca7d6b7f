import {
  type Instant,
  ModelError,
  parseOutRefundNo,
  parseOutTradeNo,
  parseRefund,
  parseRefundId,
  parseTransaction,
  parseTransactionId,
  type Refund,
  rfc3339Beijing,
  type Transaction,
} from '@minitill/protocol/model'
import type { DifferenceClass } from '../domain/reconcile/difference.ts'
import { judgeTrade } from '../domain/reconcile/match-trade.ts'
import type { TradeCase, TradeRow } from '../domain/reconcile/rows.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { Bill } from '../ports/tables/bills.ts'
import { applyEvidence } from './apply-evidence.ts'
import { applyRefundEvidence } from './apply-refund.ts'
import { bookExternal } from './book-external.ts'
import { type DayRun, keepDifference } from './keep-difference.ts'
import { parkUnknown } from './park-unknown.ts'
import { commit } from './phase.ts'
import {
  bookAll,
  type Different,
  differ,
  extras,
  healPartners,
  matchedRow,
  rowDifference,
  unlessHeld,
} from './place-row.ts'

/**
 * Lets a row of an accepted bill have its effect as evidence, through the same doors as a
 * notification and a query, and judges it again: healed by what it brought, or an open
 * difference. One transaction; it may be run any number of times. A crash leaves the row as it
 * was. False: overtaken.
 */
export async function tellRow(
  ports: Ports,
  run: DayRun,
  bill: Bill,
  told: TradeCase,
): Promise<boolean> {
  return await commit(ports, 'match-trade/tell', async (tx) => {
    const at = ports.clock.now()
    await haveEffect(tx, ports, run, told, at)
    // Evidence counts whoever brings it; the judgement is for the newest run alone.
    if (!(await tx.reconciliations.holds(run.id, run.run))) return false
    const known = await tx.tradeRows.caseOf(bill.id, told.row.line)
    if (known === null || known.row.place === 'matched') return true
    const verdict = judgeTrade(known, ports.parties.policyOf(run.mchid).tradePrefix)
    const { row } = known
    if (verdict.kind === 'foreign') {
      await tx.tradeRows.foreign(bill.id, [row.line])
      return true
    }
    const judged = verdict.kind === 'tell' ? unclear(known) : verdict
    const seen = judged.kind === 'different' ? await unlessHeld(tx, known, judged) : judged
    await bookAll(tx, ports, extras(run, known, seen), at)
    if (seen.kind === 'different') {
      await differ(tx, ports, run, known, seen, at)
      return true
    }
    const matched = matchedRow(known, seen)
    await tx.tradeRows.match(bill.id, [matched])
    const draft = rowDifference(row, { ...seen, class: newsOf(known), hereFen: null })
    const evidence = `trade bill ${bill.date} line ${row.line}`
    await keepDifference(tx, ports, run, { ...draft, entryId: null }, { at, evidence })
    await healPartners(tx, run, [known], [matched], at)
    return true
  })
}

function newsOf({ row, refund }: TradeCase): DifferenceClass {
  if (row.state !== 'REFUND') return 'paid_there'
  return refund?.external ? 'external_refund' : 'refund_there'
}

/** The evidence was no help: a person looks at it. */
function unclear(known: TradeCase): Different {
  const { payment, refund } = known
  const hereFen = refund?.amountFen ?? (known.row.state === 'REFUND' ? null : payment?.amountFen)
  return {
    kind: 'different',
    class: known.row.state === 'REFUND' && refund === null ? 'external_refund' : newsOf(known),
    subject: null,
    entryId: null,
    hereFen: hereFen ?? null,
  }
}

async function haveEffect(
  tx: Tx,
  ports: Ports,
  run: DayRun,
  { row, payment, refund }: TradeCase,
  at: Instant,
): Promise<void> {
  try {
    if (row.state === 'REFUND') {
      await tellRefund(tx, ports, run, { row, payment, refund }, at)
      return
    }
    const transaction = transactionOf(row)
    if (payment === null) await parkUnknown(tx, ports, run.mchid, transaction)
    else await applyEvidence(tx, ports, payment.id, { kind: 'bill', transaction }, at)
  } catch (error) {
    // Numbers that can't be ours: the row is no evidence about anything here.
    if (!(error instanceof ModelError)) throw error
  }
}

function transactionOf(row: TradeRow): Transaction {
  return parseTransaction({
    appid: row.appid,
    mchid: row.mchid,
    out_trade_no: row.outTradeNo,
    transaction_id: row.transactionId,
    trade_state: 'SUCCESS',
    trade_state_desc: '',
    success_time: rfc3339Beijing(row.atMs),
    ...(row.openid === '' ? {} : { payer: { openid: row.openid } }),
    amount: { total: row.totalFen, payer_total: row.totalFen, currency: row.currency },
  })
}

async function tellRefund(
  tx: Tx,
  ports: Ports,
  { mchid }: DayRun,
  { row, payment, refund }: Pick<TradeCase, 'row' | 'payment' | 'refund'>,
  at: Instant,
): Promise<void> {
  const transactionId = parseTransactionId(row.transactionId)
  const receipt = await tx.receipts.byTransaction(mchid, transactionId)
  // The row does not say what the whole order was, so that nothing is compared with it.
  const suspense = receipt === null ? await suspenseOf(tx, transactionId) : null
  const total = receipt?.totalFen ?? suspense ?? payment?.amountFen ?? 0
  const told = refundOf(row, total)
  const evidence = { kind: 'bill', told } as const
  if (refund !== null) {
    await applyRefundEvidence(tx, ports, refund.id, evidence, at)
    return
  }
  const external = {
    mchid,
    outTradeNo: parseOutTradeNo(row.outTradeNo),
    transactionId,
    outRefundNo: parseOutRefundNo(row.outRefundNo),
    refundId: parseRefundId(row.refundId),
    totalFen: total,
    refundFen: row.refundFen,
    evidence,
  }
  await bookExternal(tx, ports, external, at)
}

async function suspenseOf(tx: Tx, transactionId: string): Promise<number | null> {
  const entries = await tx.ledger.ofSubject(`transaction:${transactionId}`)
  const first = entries.find(({ transition }) => transition.startsWith('suspense:'))
  const posting = first?.postings.find(({ account }) => account === 'wechat_receivable')
  return posting?.amountFen ?? null
}

/** 退款状态 in the words of the interface (wechat-pay §8.3). */
const states: Readonly<Record<string, string>> = {
  SUCCESS: 'SUCCESS',
  PROCESSING: 'PROCESSING',
  FAIL: 'CLOSED',
  CHANGE: 'ABNORMAL',
}

function refundOf(row: TradeRow, total: number): Refund {
  const { refundState, refundFen: refund } = row
  return parseRefund({
    out_refund_no: row.outRefundNo,
    refund_id: row.refundId,
    out_trade_no: row.outTradeNo,
    transaction_id: row.transactionId,
    status: states[refundState ?? ''] ?? refundState,
    amount: { total, refund, payer_total: total, payer_refund: refund, currency: row.currency },
  })
}
