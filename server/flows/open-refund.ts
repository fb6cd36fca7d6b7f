import { type Fen, fen, type Instant, parseOutRefundNo } from '@minitill/protocol/model'
import { approvalNeeded } from '../domain/approve-refund.ts'
import { type RefundFault, refundBody, refundFault, refundNo } from '../domain/freeze-refund.ts'
import type { Payment } from '../domain/payment.ts'
import type { Receipt, Refund } from '../domain/refund.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { openTask, recordRefund } from './apply-refund.ts'

/** Makes the receipt of a paid payment, which is locked, unless there is one; locks it. */
export async function receiptOfSale(
  tx: Tx,
  ports: Pick<Ports, 'random'>,
  payment: Payment,
  at: Instant,
): Promise<Receipt | null> {
  const { transactionId, paidAtMs } = payment
  if (transactionId === null || paidAtMs === null) return null
  return await tx.receipts.open({
    ...emptyReceipt(ports, at),
    mchid: payment.mchid,
    transactionId,
    outTradeNo: payment.outTradeNo,
    orderId: payment.orderId,
    paymentId: payment.id,
    origin: 'sale',
    totalFen: payment.amountFen,
    paidAtMs,
  })
}

/** What every new receipt begins with. */
export function emptyReceipt({ random }: Pick<Ports, 'random'>, at: Instant) {
  return {
    id: random.id('receipt'),
    reservedFen: fen(0),
    parts: 0,
    nextSendAtMs: at,
    createdAtMs: at,
  }
}

export interface NewRefund {
  readonly amountFen: Fen
  readonly reason: string
  readonly restock: boolean
  /** The operator who asks; null for a policy, which a person decided on before. */
  readonly requestedBy: string | null
}

export type Opened =
  | { readonly kind: 'opened'; readonly refund: Refund }
  | { readonly kind: 'refused'; readonly why: RefundFault; readonly remainderFen: number }

/**
 * Freezes a refund on a receipt that the caller has locked: number, request and reservation are one
 * row, and the job that carries it begins with it, unless a second person has to agree first: then
 * a task begins. A refund that may not be is said so, and nothing is written.
 */
export async function openRefund(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'parties' | 'meter'>,
  receipt: Receipt,
  asked: NewRefund,
  at: Instant,
): Promise<Opened> {
  const why = refundFault(receipt, asked, await tx.refunds.ofReceipt(receipt.id), at)
  if (why) return { kind: 'refused', why, remainderFen: receipt.totalFen - receipt.reservedFen }
  const merchant = ports.parties.merchant(receipt.mchid)
  if (!merchant) throw new Error(`merchant ${receipt.mchid} is not configured`)
  const { approveRefundsFrom } = ports.parties.policyOf(receipt.mchid)
  const outRefundNo = parseOutRefundNo(
    refundNo(merchant.policy.tradePrefix, ports.random.bytes(32)),
  )
  const frozen = { outRefundNo, amountFen: asked.amountFen, reason: asked.reason }
  const refund: Refund = {
    ...emptyRefund(ports, receipt, at),
    ...asked,
    outRefundNo,
    external: false,
    requestBody: refundBody(receipt, frozen, merchant.refundNotifyUrl),
    status: 'frozen',
    approval: approvalNeeded(approveRefundsFrom, receipt, asked),
  }
  await tx.refunds.insert(refund)
  await recordRefund(tx, ports, 'refund.created', refund, at)
  if (refund.approval === 'awaiting') await openTask(tx, ports, waitingTask(refund), at)
  else await startChain(tx, ports, refund, at)
  return { kind: 'opened', refund }
}

function waitingTask(refund: Refund) {
  return {
    kind: 'refund_approval',
    subject: `refund:${refund.id}`,
    reason: 'refund_approval',
    detail: {
      refund: refund.id,
      order_id: refund.orderId,
      out_refund_no: refund.outRefundNo,
      amount_fen: refund.amountFen,
      requested_by: refund.requestedBy,
    },
  } as const
}

/** What every refund begins with, ours or not. */
export function emptyRefund({ random }: Pick<Ports, 'random'>, receipt: Receipt, at: Instant) {
  return {
    id: random.id('refund'),
    receiptId: receipt.id,
    mchid: receipt.mchid,
    orderId: receipt.orderId,
    refundId: null,
    restocked: false,
    requestedBy: null,
    approval: 'not_needed' as const,
    decidedBy: null,
    decidedAtMs: null,
    declineReason: null,
    statusAtMs: at,
    problem: null,
    sentCount: 0,
    lastSentAtMs: null,
    acceptedAtMs: null,
    receivedAccount: null,
    succeededAtMs: null,
    closedAtMs: null,
    chain: 1,
    createdAtMs: at,
    version: 1,
  }
}

/** One chain of jobs carries a refund to its end; a newer chain ends the older one. */
export async function startChain(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  { id, chain, mchid }: Pick<Refund, 'id' | 'chain' | 'mchid'>,
  runAt: Instant,
): Promise<void> {
  const data = { refund_id: id, chain }
  const job = { queue: 'carry-refund', id: random.uuid(), runAt, party: mchid } as const
  await tx.jobs.enqueue({ ...job, data })
}
