import { type Instant, isPaid, type Mchid } from '@minitill/protocol/model'
import {
  decidePayment,
  type Evidence,
  type Outcome,
  type Parking,
} from '../domain/decide-payment.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { type Settlement, settle } from '../domain/settle.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { openTask } from './apply-refund.ts'
import { shippingOfPaid } from './apply-shipping.ts'
import { recordEvent } from './record-event.ts'
import { tellPerson } from './tell-person.ts'

/** How an order and its payment are after a piece of evidence. */
export interface Applied {
  readonly outcome: Outcome
  readonly order: Order
  readonly payment: Payment
}

/**
 * Lets one authentic statement have its effect, inside the caller's transaction: locks the payment
 * and then the order, asks `decidePayment`, and writes everything that follows. Notification, query
 * answer and close answer all come through here. null when there is no such payment.
 */
export async function applyEvidence(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'meter' | 'parties'>,
  paymentId: string,
  evidence: Evidence,
  at: Instant,
): Promise<Applied | null> {
  const payment = await tx.payments.lock(paymentId)
  const order = payment && (await tx.orders.lock(payment.orderId))
  if (!payment || !order) return null
  const known = { order, payment, orderPayments: await tx.payments.ofOrder(order.id) }
  const outcome = decidePayment(known, evidence, at)
  const settlement = await withShipping(tx, order, settle(known, outcome, at))
  if (outcome.kind === 'paid') ports.meter.count('payment_paid_total', { by: evidence.kind })
  const written = await write(tx, ports, { order, payment }, settlement, at)
  if (outcome.kind === 'paid') {
    const about = { kind: 'paid', subject: `order:${order.id}`, order: written.order } as const
    await tellPerson(tx, ports, { ...about, outTradeNo: payment.outTradeNo }, at)
  }
  if (outcome.kind === 'parked') await endByPolicy(tx, ports, payment.mchid, outcome.parking, at)
  await noticeRefunds(tx, ports, written, evidence, at)
  return { outcome, ...written }
}

/** A paid order waits to be shipped, unless WeChat said that this app's orders do not. */
async function withShipping(tx: Tx, { appid }: Order, settlement: Settlement): Promise<Settlement> {
  if (settlement.order?.status !== 'paid') return settlement
  const shippingStatus = await shippingOfPaid(tx, appid)
  return { ...settlement, order: { ...settlement.order, shippingStatus } }
}

/** Money that came late or twice is revived or refunded by a job where the operator chose so. */
async function endByPolicy(
  tx: Tx,
  { parties, random }: Pick<Ports, 'parties' | 'random'>,
  mchid: Mchid,
  { kind, subject, entry }: Parking,
  at: Instant,
): Promise<void> {
  const isOurs = kind === 'late_money' || kind === 'second_payment'
  const { lateMoney } = parties.policyOf(mchid)
  if (lateMoney !== 'revive_or_refund' || !isOurs || entry === null) return
  const taskId = await tx.tasks.idOf(kind, subject)
  if (taskId === null) return
  const job = { queue: 'end-suspense', id: random.uuid(), runAt: at } as const
  await tx.jobs.enqueue({ ...job, data: { task_id: taskId } })
}

/**
 * REFUND says that some refund exists, and no call lists those of others: when none of ours can be
 * meant, a person is told, until a notification or a bill names it.
 */
async function noticeRefunds(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'meter'>,
  { payment, order }: { readonly payment: Payment; readonly order: Order },
  evidence: Evidence,
  at: Instant,
): Promise<void> {
  if (evidence.kind === 'close' || !isPaid(evidence.transaction)) return
  const { trade_state, transaction_id } = evidence.transaction
  if (trade_state !== 'REFUND' || payment.transactionId !== transaction_id) return
  const receipt = await tx.receipts.byTransaction(payment.mchid, transaction_id)
  const known = receipt ? await tx.refunds.ofReceipt(receipt.id) : []
  const isOurs = known.some(({ status, sentCount }) =>
    status === 'frozen' ? sentCount > 0 : status !== 'refused' && status !== 'closed',
  )
  if (isOurs) return
  const task = {
    kind: 'external_refund',
    subject: `transaction:${transaction_id}`,
    reason: 'external_refund',
    detail: { order_id: order.id, out_trade_no: payment.outTradeNo, transaction_id },
  } as const
  await openTask(tx, ports, task, at)
}

/** Writes a settlement. What has been said before (by its key) is left as it was. */
export async function write(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'meter'>,
  rows: { readonly order: Order; readonly payment: Payment },
  settlement: Settlement,
  at: Instant,
): Promise<{ order: Order; payment: Payment }> {
  const payment = settlement.payment
    ? await tx.payments.update(rows.payment, settlement.payment)
    : rows.payment
  const order = settlement.order ? await tx.orders.update(rows.order, settlement.order) : rows.order
  // By id, like every other lock on products.
  const shelf = settlement.giveBack.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))
  for (const { productId, quantity } of shelf) await tx.products.giveBack(productId, quantity)
  await writeRecords(tx, ports, settlement, at)
  return { order, payment }
}

/** The records that go with a change: entry, task, event. */
export async function writeRecords(
  tx: Tx,
  { random, meter }: Pick<Ports, 'random' | 'meter'>,
  { entry, parking, event }: Pick<Settlement, 'entry' | 'parking' | 'event'>,
  at: Instant,
): Promise<void> {
  if (entry) await tx.ledger.append({ ...entry, id: random.id('entry'), atMs: at })
  if (parking) {
    const { kind, subject, reason, detail } = parking
    const open = { status: 'open', createdAtMs: at, resolvedAtMs: null, resolution: null } as const
    const isNew = await tx.tasks.open({
      id: random.id('task'),
      kind,
      subject,
      reason,
      detail,
      ...open,
    })
    if (isNew) meter.count('payment_parked_total', { kind })
  }
  if (event) await recordEvent(tx, { random }, { ...event, createdAtMs: at })
}
