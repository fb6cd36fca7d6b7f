// What every new order is, whoever asked for it: its row, the first payment with the frozen request,
// the event, and the job of its expiry. All of it in the caller's transaction, so that a crash leaves
// all or nothing.
import { afterMs, fen, type Instant, parseOutTradeNo } from '@minitill/protocol/model'
import { prepayBody, tradeNo } from '../domain/freeze-payment.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { OrderView } from './read-orders.ts'
import { recordEvent } from './record-event.ts'

/** Who buys what from whom; the price is final. */
export type NewOrder = Pick<
  Order,
  'accountId' | 'appid' | 'openid' | 'mchid' | 'items' | 'totalFen' | 'reference'
>

/** Writes a new order with all that begins with it. The caller has taken the stock, if any. */
export async function openOrder(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'parties'>,
  bought: NewOrder,
  at: Instant,
): Promise<OrderView> {
  const order: Order = {
    ...bought,
    id: ports.random.id('order'),
    status: 'unpaid',
    currency: 'CNY',
    createdAtMs: at,
    expiresAtMs: afterMs(at, ports.parties.policyOf(bought.mchid).orderTtlMs),
    paidAtMs: null,
    closeReason: null,
    // The merchant's own system keeps the stock of what it priced itself.
    stockHeld: bought.reference === null,
    refundedTotalFen: fen(0),
    shippingStatus: 'not_required',
    version: 1,
  }
  const view = { order, payment: newPayment(ports, order, 1, at) }
  await insert(tx, ports, view)
  return view
}

/** The payment of an attempt, with a number of its own and the request frozen. */
export function newPayment(
  ports: Pick<Ports, 'random' | 'parties'>,
  order: Order,
  attempt: number,
  at: Instant,
): Payment {
  const { appid, mchid, openid } = order
  const merchant = ports.parties.merchant(mchid)
  if (merchant === null) throw new Error(`merchant ${mchid} is not configured`)
  const no = parseOutTradeNo(tradeNo(merchant.policy.tradePrefix, ports.random.bytes(32)))
  return {
    id: ports.random.id('payment'),
    orderId: order.id,
    attempt,
    status: 'frozen',
    appid,
    mchid,
    openid,
    outTradeNo: no,
    amountFen: order.totalFen,
    currency: order.currency,
    requestBody: prepayBody(order, no, merchant.payNotifyUrl),
    prepayAskedAtMs: null,
    prepayId: null,
    prepaidAtMs: null,
    calledUpAtMs: null,
    askedCount: 0,
    lastAskedAtMs: null,
    transactionId: null,
    paidAtMs: null,
    closedAtMs: null,
    createdAtMs: at,
    version: 1,
  }
}

async function insert(
  tx: Tx,
  { random }: Pick<Ports, 'random'>,
  { order, payment }: OrderView,
): Promise<void> {
  await tx.orders.insert(order)
  await tx.payments.insert(payment)
  const { id, totalFen: total, currency, createdAtMs, expiresAtMs, reference } = order
  const payload = { id, status: 'unpaid', total, currency, expires_at_ms: expiresAtMs }
  await recordEvent(
    tx,
    { random },
    {
      type: 'order.created',
      subject: `order:${id}`,
      version: order.version,
      payload: reference === null ? payload : { ...payload, reference },
      createdAtMs,
    },
  )
  const data = { order_id: id }
  const job = { queue: 'close-order', id: random.uuid(), runAt: expiresAtMs } as const
  await tx.jobs.enqueue({ ...job, data, party: order.mchid })
}
