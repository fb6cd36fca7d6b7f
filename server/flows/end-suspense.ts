import {
  afterMs,
  fen,
  type Instant,
  parseMchid,
  parseOutTradeNo,
  parseTransactionId,
} from '@minitill/protocol/model'
import { movement } from '../domain/ledger.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { paymentTable } from '../domain/payment-table.ts'
import type { Receipt } from '../domain/refund.ts'
import type { JobResult, Ports, Tx } from '../ports/index.ts'
import type { Task } from '../ports/tables/tasks.ts'
import { moneyTasks } from './apply-refund.ts'
import { shippingOfPaid } from './apply-shipping.ts'
import { receiptOfSuspense } from './book-external.ts'
import { type NewRefund, openRefund } from './open-refund.ts'
import { commit } from './phase.ts'
import { recordEvent } from './record-event.ts'
import { tellPerson } from './tell-person.ts'

/** An order that may still be paid by another number: its end is looked at again so much later. */
const waitMs = 60_000

/** What ended, or began to end, the suspense. */
export type Ended = 'revived' | 'refunding' | 'kept' | 'wait' | 'not_possible' | 'out_of_stock'

/** Money in suspense, as its task tells, with its payment and order locked where it has them. */
interface Money {
  readonly task: Task
  readonly transactionId: NonNullable<Payment['transactionId']>
  readonly mchid: Payment['mchid']
  readonly outTradeNo: Payment['outTradeNo']
  readonly receivedFen: number
  readonly payment: Payment | null
  readonly order: Order | null
}

/**
 * MINITILL_LATE_MONEY=revive_or_refund: the job of money that came late or twice. The order gets
 * its goods back if it is closed and stock allows; else the money goes back by an ordinary refund,
 * and the task stays until it has arrived. A crash leaves the task open; its job comes again.
 */
export async function endSuspense(
  ports: Ports,
  { taskId }: { readonly taskId: string },
): Promise<JobResult> {
  return await commit(ports, 'end-suspense/decide', async (tx): Promise<JobResult> => {
    const at = ports.clock.now()
    const money = await holdMoney(tx, taskId)
    if (!money) return 'done'
    const revived = await revive(tx, ports, money, at)
    if (revived === 'wait') return { again: afterMs(at, waitMs) }
    if (revived !== 'revived') {
      const asked = { reason: reasonOf(money.task), requestedBy: null }
      await giveBack(tx, ports, money, asked, at)
    }
    return 'done'
  })
}

/** Locks payment and order; null when there is nothing in suspense to end. */
export async function holdMoney(tx: Tx, taskId: string): Promise<Money | null> {
  const found = await tx.tasks.byId(taskId)
  if (found?.status !== 'open' || !moneyTasks.includes(found.kind)) return null
  const { payment_id, transaction_id, received, currency, mchid, out_trade_no } = found.detail
  if (typeof transaction_id !== 'string' || typeof received !== 'number') return null
  if (currency !== 'CNY' || received < 1) return null
  const transactionId = parseTransactionId(transaction_id)
  // Under a number that nobody knows it may be the money of a sale, which is no stranger's.
  const sale = await tx.payments.byTransaction(transactionId)
  const known = typeof payment_id === 'string' ? payment_id : (sale?.id ?? null)
  const payment = known === null ? null : await tx.payments.lock(known)
  const order = payment ? await tx.orders.lock(payment.orderId) : null
  // Read again: whoever waited for the payment above may find it decided.
  const task = await tx.tasks.byId(taskId)
  if (task?.status !== 'open') return null
  return {
    task,
    transactionId,
    mchid: payment?.mchid ?? parseMchid(mchid),
    outTradeNo: payment?.outTradeNo ?? parseOutTradeNo(out_trade_no),
    receivedFen: received,
    payment,
    order,
  }
}

/** Gives a closed order its goods and its payment back, from suspense to sales. */
export async function revive(tx: Tx, ports: Ports, money: Money, at: Instant): Promise<Ended> {
  const { task, payment, order, transactionId } = money
  if (task.kind !== 'late_money' || !payment || !order) return 'not_possible'
  // Its next number may still be paid: then this one goes back, and not before that is known.
  if (order.status === 'unpaid') return 'wait'
  const step = paymentTable[payment.status].revived
  const fits = order.status === 'closed' && money.receivedFen === payment.amountFen
  if (step.to !== 'paid' || !fits) return 'not_possible'
  if (await tx.receipts.byTransaction(payment.mchid, transactionId)) return 'not_possible'
  // What the merchant's own system sold is not on our shelf: it takes its stock on order.paid.
  const shelved = order.reference === null ? order.items : []
  const items = shelved.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))
  const shelf = await tx.products.lock(items.map((item) => item.productId))
  const hasAll = items.every(({ productId, quantity }) => {
    const product = shelf.find(({ id }) => id === productId)
    return product !== undefined && (product.stock === null || product.stock >= quantity)
  })
  if (!hasAll) return 'out_of_stock'
  for (const { productId, quantity } of items) await tx.products.take(productId, quantity)
  await bookRevived(tx, ports, { ...money, payment, order }, at)
  return 'revived'
}

async function bookRevived(
  tx: Tx,
  ports: Ports,
  { task, payment, order, transactionId }: Money & { payment: Payment; order: Order },
  at: Instant,
): Promise<void> {
  const { random, meter } = ports
  const paidAtMs = task.createdAtMs
  const settled = { status: 'paid', transactionId, paidAtMs, closedAtMs: null } as const
  await tx.payments.update(payment, settled)
  const shippingStatus = await shippingOfPaid(tx, order.appid)
  const paid = { status: 'paid', paidAtMs, stockHeld: false, shippingStatus } as const
  const revivedOrder = await tx.orders.update(order, paid)
  await tx.ledger.append({
    id: random.id('entry'),
    subject: `payment:${payment.id}`,
    transition: 'paid',
    mchid: payment.mchid,
    happenedAtMs: at,
    postings: movement('suspense', 'sales', payment.amountFen),
    atMs: at,
  })
  await tx.tasks.resolve(task.id, 'revived', at)
  const { id, totalFen: total, currency, reference } = order
  await recordEvent(
    tx,
    { random },
    {
      type: 'order.paid',
      subject: `order:${id}`,
      version: order.version + 1,
      payload: {
        id,
        status: 'paid',
        total,
        currency,
        ...(reference === null ? {} : { reference }),
        payment_id: payment.id,
        transaction_id: transactionId,
        paid_at_ms: paidAtMs,
        revived: true,
      },
      createdAtMs: at,
    },
  )
  const about = { kind: 'paid', subject: `order:${id}`, order: revivedOrder } as const
  await tellPerson(tx, ports, { ...about, outTradeNo: payment.outTradeNo }, at)
  meter.count('payment_paid_total', { by: 'revival' })
}

/** Sends the money back by an ordinary refund; once, however often this is asked. */
export async function giveBack(
  tx: Tx,
  ports: Ports,
  money: Money,
  { reason, requestedBy }: Pick<NewRefund, 'reason' | 'requestedBy'>,
  at: Instant,
): Promise<Ended> {
  const receipt = await untouched(tx, ports, money, at)
  if (!receipt) return 'not_possible'
  const asked = { amountFen: fen(receipt.totalFen), reason, restock: false, requestedBy }
  const opened = await openRefund(tx, ports, receipt, asked, at)
  return opened.kind === 'opened' ? 'refunding' : 'not_possible'
}

/** Keeps the money for good, by a person's decision: from suspense to sales. */
export async function keep(
  tx: Tx,
  ports: Ports,
  money: Money,
  resolution: string,
  at: Instant,
): Promise<Ended> {
  const { transactionId, task } = money
  const receipt = await untouched(tx, ports, money, at)
  if (!receipt) return 'not_possible'
  const isNew = await tx.ledger.append({
    id: ports.random.id('entry'),
    subject: `transaction:${transactionId}`,
    transition: 'kept',
    mchid: receipt.mchid,
    happenedAtMs: at,
    postings: movement('suspense', 'sales', receipt.totalFen),
    atMs: at,
  })
  if (isNew) await tx.tasks.resolve(task.id, resolution, at)
  return isNew ? 'kept' : 'not_possible'
}

/** The receipt of money in suspense of which nothing has gone back yet. */
async function untouched(tx: Tx, ports: Ports, money: Money, at: Instant): Promise<Receipt | null> {
  // A lie about the amount of a sale: that money is no stranger's.
  if (money.payment?.transactionId === money.transactionId) return null
  const receipt = await receiptOfSuspense(tx, ports, money, at)
  if (receipt?.origin !== 'suspense' || receipt.reservedFen > 0) return null
  // Under the lock of the receipt: somebody may have kept it meanwhile.
  const entries = await tx.ledger.ofSubject(`transaction:${money.transactionId}`)
  return entries.some(({ transition }) => transition === 'kept') ? null : receipt
}

/** Shown to the payer by WeChat. */
function reasonOf({ kind }: Task): string {
  return kind === 'second_payment' ? '重复支付退款' : '订单已关闭，自动退款'
}
