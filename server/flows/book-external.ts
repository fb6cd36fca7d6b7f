import {
  fen,
  type Instant,
  type Mchid,
  type OutRefundNo,
  type RefundId,
  type TransactionId,
} from '@minitill/protocol/model'
import type { RefundEvidence } from '../domain/decide-refund.ts'
import type { Payment } from '../domain/payment.ts'
import { isSettled, type Receipt, type Refund } from '../domain/refund.ts'
import { nextRefundAsk } from '../domain/refund-rhythm.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { applyRefundEvidence, openTask, type RefundPorts } from './apply-refund.ts'
import { emptyReceipt, emptyRefund, receiptOfSale, startChain } from './open-refund.ts'

/** An authentic statement about a refund whose number is not stored here. */
export interface ExternalRefund {
  readonly mchid: Mchid
  readonly outTradeNo: Payment['outTradeNo']
  readonly transactionId: TransactionId
  readonly outRefundNo: OutRefundNo
  readonly refundId: RefundId
  readonly totalFen: number
  readonly refundFen: number
  readonly evidence: Extract<RefundEvidence, { kind: 'query' | 'notification' | 'bill' }>
}

export type Booked = 'applied' | 'parked' | 'foreign'

/**
 * Books a refund that we did not start, inside the caller's transaction: on the merchant platform,
 * or by WeChat. It counts against the ceiling from now on; requests of ours that WeChat has not
 * accepted and that no longer fit are closed and shown. What cannot be booked is shown to a person,
 * unless the order is another system's. Safe to repeat: a known number goes the usual way.
 */
export async function bookExternal(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'meter' | 'parties'>,
  external: ExternalRefund,
  at: Instant,
): Promise<Booked> {
  const { mchid, outRefundNo, evidence } = external
  const receipt = await findReceipt(tx, ports, external, at)
  const known = await tx.refunds.byOutRefundNo(mchid, outRefundNo)
  if (known) {
    const applied = await applyRefundEvidence(tx, ports, known.id, evidence, at)
    return applied?.outcome.kind === 'parked' ? 'parked' : 'applied'
  }
  if (!receipt) {
    if (!external.outTradeNo.startsWith(ports.parties.policyOf(mchid).tradePrefix)) return 'foreign'
    return await park(tx, ports, external, 'unknown_payment', at)
  }
  // One refund has one number: a second name for a refund that is here is no second refund.
  const siblings = await tx.refunds.ofReceipt(receipt.id)
  if (siblings.some(({ refundId }) => refundId === external.refundId)) {
    return await park(tx, ports, external, 'known_refund_id', at)
  }
  const isSane = external.refundFen >= 1 && external.totalFen === receipt.totalFen
  if (!isSane) return await park(tx, ports, external, 'other_amount', at)
  const fits = await makeRoom(tx, ports, receipt, external.refundFen, at)
  if (!fits) return await park(tx, ports, external, 'above_paid', at)
  const refund: Refund = {
    ...emptyRefund(ports, receipt, at),
    outRefundNo,
    refundId: external.refundId,
    external: true,
    amountFen: fen(external.refundFen),
    reason: '',
    requestBody: null,
    restock: false,
    status: 'accepted',
    acceptedAtMs: at,
  }
  await tx.refunds.insert(refund)
  const applied = await applyRefundEvidence(tx, ports, refund.id, evidence, at)
  if (applied && !isSettled(applied.refund)) {
    await startChain(tx, ports, refund, nextRefundAsk(at, at) ?? at)
  }
  const found = { kinds: ['external_refund'], field: 'transaction_id' } as const
  await tx.tasks.resolveAbout({ ...found, value: external.transactionId }, 'booked', at)
  return 'applied'
}

/** What the refund takes from: the sale that this transaction paid, or money in suspense. */
async function findReceipt(
  tx: Tx,
  ports: Pick<Ports, 'random'>,
  { mchid, outTradeNo, transactionId }: ExternalRefund,
  at: Instant,
): Promise<Receipt | null> {
  const named = await tx.payments.byOutTradeNo(mchid, outTradeNo)
  const payment = named && (await tx.payments.lock(named.id))
  if (payment) await tx.orders.lock(payment.orderId)
  if (payment?.transactionId === transactionId) return await receiptOfSale(tx, ports, payment, at)
  return await receiptOfSuspense(tx, ports, { mchid, outTradeNo, transactionId, payment }, at)
}

/** The receipt of money that lies in suspense; null when none does under this transaction. */
export async function receiptOfSuspense(
  tx: Tx,
  ports: Pick<Ports, 'random'>,
  money: {
    readonly mchid: Mchid
    readonly outTradeNo: Payment['outTradeNo']
    readonly transactionId: TransactionId
    readonly payment: Payment | null
  },
  at: Instant,
): Promise<Receipt | null> {
  const { mchid, outTradeNo, transactionId, payment } = money
  const entries = await tx.ledger.ofSubject(`transaction:${transactionId}`)
  const first = entries.find((entry) => entry.transition.startsWith('suspense:'))
  const posting = first?.postings.find(({ account }) => account === 'wechat_receivable')
  if (!first || !posting) return null
  return await tx.receipts.open({
    ...emptyReceipt(ports, at),
    mchid,
    transactionId,
    outTradeNo,
    orderId: payment?.orderId ?? null,
    paymentId: payment?.id ?? null,
    origin: 'suspense',
    totalFen: fen(posting.amountFen),
    paidAtMs: first.happenedAtMs,
  })
}

/**
 * WeChat keeps the same ceiling: what it accepted from others it can no longer accept from us, so
 * that our own requests which it does not have yet can only be refused. The newest goes first.
 */
async function makeRoom(
  tx: Tx,
  ports: RefundPorts,
  receipt: Receipt,
  amountFen: number,
  at: Instant,
): Promise<boolean> {
  const free = receipt.totalFen - receipt.reservedFen
  const ours = (await tx.refunds.ofReceipt(receipt.id)).filter(
    ({ status }) => status === 'frozen' || status === 'refused',
  )
  const possible = ours.reduce((sum, one) => sum + one.amountFen, free)
  if (possible < amountFen) return false
  let room = free
  for (const one of ours.toReversed()) {
    if (room >= amountFen) break
    await applyRefundEvidence(tx, ports, one.id, { kind: 'overtaken' }, at)
    room += one.amountFen
  }
  return true
}

async function park(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'meter'>,
  external: ExternalRefund,
  reason: string,
  at: Instant,
): Promise<'parked'> {
  const { mchid, outRefundNo, refundFen, transactionId, outTradeNo } = external
  const task = {
    kind: 'refund_unclear',
    subject: `out_refund_no:${mchid}:${outRefundNo}:${reason}:${refundFen}`,
    reason,
    detail: {
      mchid,
      out_refund_no: outRefundNo,
      refund_id: external.refundId,
      out_trade_no: outTradeNo,
      transaction_id: transactionId,
      said_fen: refundFen,
      said_total_fen: external.totalFen,
    },
  } as const
  await openTask(tx, ports, task, at)
  return 'parked'
}
