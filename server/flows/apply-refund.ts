import type { Instant } from '@minitill/protocol/model'
import {
  decideRefund,
  type KnownRefund,
  type RefundEvidence,
  type RefundOutcome,
} from '../domain/decide-refund.ts'
import type { Order } from '../domain/order.ts'
import type { Refund } from '../domain/refund.ts'
import { type RefundSettlement, settleRefund } from '../domain/settle-refund.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { EventType } from '../ports/tables/events.ts'
import type { TaskKind } from '../ports/tables/tasks.ts'
import { recordEvent } from './record-event.ts'
import { tellPerson } from './tell-person.ts'

export type RefundPorts = Pick<Ports, 'random' | 'meter' | 'parties'>

/** How a refund is after a piece of evidence. */
export interface AppliedRefund {
  readonly outcome: RefundOutcome
  readonly refund: Refund
}

/** Locks a refund and what it stands on, in the one order: payment, order, receipt, refund. */
export async function holdRefund(tx: Tx, refundId: string): Promise<KnownRefund | null> {
  const found = await tx.refunds.byId(refundId)
  const base = found && (await tx.receipts.byId(found.receiptId))
  if (!base) return null
  if (base.paymentId !== null) await tx.payments.lock(base.paymentId)
  const order = base.orderId === null ? null : await tx.orders.lock(base.orderId)
  const receipt = await tx.receipts.lock(base.id)
  const refund = await tx.refunds.lock(refundId)
  return receipt && refund && { refund, receipt, order }
}

/**
 * Lets one authentic statement about a refund, or one decision of ours, have its effect inside the
 * caller's transaction. Answer, query, notification and bill row all come through here. null when
 * there is no such refund.
 */
export async function applyRefundEvidence(
  tx: Tx,
  ports: RefundPorts,
  refundId: string,
  evidence: RefundEvidence,
  at: Instant,
): Promise<AppliedRefund | null> {
  const known = await holdRefund(tx, refundId)
  if (!known) return null
  const outcome = decideRefund(known, evidence, at)
  const settlement = settleRefund(known, outcome, at)
  if (outcome.kind === 'moved') {
    ports.meter.count('refund_total', { to: outcome.to, by: evidence.kind })
  }
  return { outcome, refund: await write(tx, ports, known, settlement, at) }
}

async function write(
  tx: Tx,
  ports: RefundPorts,
  known: KnownRefund,
  settlement: RefundSettlement,
  at: Instant,
): Promise<Refund> {
  const { order } = known
  const { refundedTotalFen } = settlement
  const refund = settlement.refund
    ? await tx.refunds.update(known.refund, settlement.refund)
    : known.refund
  if (order && refundedTotalFen !== null) {
    await refundOrder(tx, ports, { ...known, refund, order }, refundedTotalFen, at)
  }
  // By id, like every other lock on products.
  const shelf = settlement.giveBack.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))
  for (const { productId, quantity } of shelf) await tx.products.giveBack(productId, quantity)
  const { entry, endsTasks, event, parking } = settlement
  if (entry) await tx.ledger.append({ ...entry, id: ports.random.id('entry'), atMs: at })
  if (endsTasks !== null) await endTasks(tx, { ...known, refund }, endsTasks, at)
  if (parking) await openTask(tx, ports, parking, at)
  if (event) await recordRefund(tx, ports, event, refund, at)
  return refund
}

/** The sum on the order. When nothing of it is left, nothing has to be shipped any more. */
async function refundOrder(
  tx: Tx,
  ports: RefundPorts,
  { refund, receipt, order }: KnownRefund & { readonly order: Order },
  refundedTotalFen: Order['refundedTotalFen'],
  at: Instant,
): Promise<void> {
  const isOver = refundedTotalFen === order.totalFen && order.shippingStatus === 'to_ship'
  const rest = isOver ? ({ shippingStatus: 'not_required' } as const) : {}
  const after = await tx.orders.update(order, { refundedTotalFen, ...rest })
  if (isOver) {
    const about = { kinds: ['shipping_overdue'], field: 'order_id', value: order.id } as const
    await tx.tasks.resolveAbout(about, 'refunded', at)
  }
  const { amountFen: refundFen, reason: refundReason } = refund
  const about = { kind: 'refunded', subject: `refund:${refund.id}`, order: after } as const
  const more = { refundFen, refundReason }
  await tellPerson(tx, ports, { ...about, outTradeNo: receipt.outTradeNo, more }, at)
}

const refundTasks: readonly TaskKind[] = [
  'refund_approval',
  'refund_abnormal',
  'refund_refused',
  'refund_slow',
  'refund_top_up',
]
/** Tasks about money in suspense, which end when all of it went back. */
export const moneyTasks: readonly TaskKind[] = [
  'late_money',
  'second_payment',
  'wrong_amount',
  'wrong_party',
  'unknown_order',
]

async function endTasks(
  tx: Tx,
  { refund, receipt }: KnownRefund,
  how: NonNullable<RefundSettlement['endsTasks']>,
  at: Instant,
): Promise<void> {
  const about = { kinds: refundTasks, field: 'refund', value: refund.id } as const
  await tx.tasks.resolveAbout(about, how, at)
  if (how !== 'succeeded' || receipt.origin !== 'suspense') return
  if ((await tx.refunds.succeededOf(receipt.id)) < receipt.totalFen) return
  const money = {
    kinds: moneyTasks,
    field: 'transaction_id',
    value: receipt.transactionId,
  } as const
  await tx.tasks.resolveAbout(money, 'refunded', at)
}

/** A task that is open until somebody or something ends it; once for each (kind, subject). */
export async function openTask(
  tx: Tx,
  { random, meter }: Pick<Ports, 'random' | 'meter'>,
  task: {
    readonly kind: TaskKind
    readonly subject: string
    readonly reason: string
    readonly detail: Readonly<Record<string, string | number | null>>
  },
  at: Instant,
): Promise<void> {
  const open = { status: 'open', createdAtMs: at, resolvedAtMs: null, resolution: null } as const
  const isNew = await tx.tasks.open({ ...task, ...open, id: random.id('task') })
  if (isNew) meter.count('refund_parked_total', { kind: task.kind })
}

/** The event of a refund's change, with the state that was committed with it. */
export async function recordRefund(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  type: EventType,
  refund: Refund,
  at: Instant,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await recordEvent(
    tx,
    { random },
    {
      type,
      subject: `refund:${refund.id}`,
      version: refund.version,
      payload: {
        id: refund.id,
        order_id: refund.orderId,
        out_refund_no: refund.outRefundNo,
        amount: refund.amountFen,
        currency: 'CNY',
        status: publicStatus(refund),
        external: refund.external,
        approval: refund.approval,
        ...more,
      },
      createdAtMs: at,
    },
  )
}

/** The four words of the contract: what is asked, refused or under way again is processing. */
export function publicStatus(refund: Refund): 'processing' | 'succeeded' | 'closed' | 'abnormal' {
  const { status } = refund
  return status === 'succeeded' || status === 'closed' || status === 'abnormal'
    ? status
    : 'processing'
}
