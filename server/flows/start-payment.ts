import type { Appid, PayAdvice } from '@minitill/protocol/model'
import { isOver } from '../domain/decide-payment.ts'
import { isOpen, type Payment } from '../domain/payment.ts'
import { isPrepayIdFresh, nextAsk, restartsRhythm } from '../domain/rhythm.ts'
import type { CallUp, Ports, Tx } from '../ports/index.ts'
import { askPrepay } from './ask-prepay.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { newPayment } from './open-order.ts'
import { commit } from './phase.ts'
import { type OrderView, readOrder } from './read-orders.ts'

export type StartResult =
  | { readonly kind: 'ready'; readonly callUp: CallUp; readonly view: OrderView }
  | { readonly kind: 'not_found' | 'order_paid' | 'order_closed' | 'other_app' }
  /** `advice` has words for the person when WeChat refused; null when it was silent. */
  | { readonly kind: 'unavailable'; readonly advice: PayAdvice | null }

type NotPayable = { readonly kind: 'not_found' | 'order_paid' | 'order_closed' }
type Frozen = NotPayable | { readonly kind: 'frozen'; readonly payment: Payment }

/** The first number, and one more after WeChat confirmed that the first is closed. */
const mostNumbers = 2

/**
 * Makes an order payable on the phone: gets a prepay_id for the frozen request, or takes the one
 * that is still good, and signs the five fields. That a request may go out is stored before it
 * does, and it may go out any number of times, unchanged. A crash leaves an open payment: pressing
 * pay again, or the expiry, carries on.
 */
export async function startPayment(
  ports: Ports,
  input: { readonly accountId: string; readonly orderId: string; readonly appid: Appid },
): Promise<StartResult> {
  const known = await readOrder(ports, input)
  if (!known) return { kind: 'not_found' }
  // The five fields are good in the app that they were signed for, and in no other.
  if (known.order.appid !== input.appid) return { kind: 'other_app' }
  for (let number = 1; number <= mostNumbers; number += 1) {
    const frozen = await repeatStale(
      async () =>
        await commit(
          ports,
          'start-payment/freeze',
          async (tx) => await freeze(tx, ports, input.orderId),
        ),
    )
    if (frozen.kind !== 'frozen') return frozen
    const result = isTicketGood(ports, frozen.payment)
      ? ({ kind: 'prepaid', payment: frozen.payment } as const)
      : await askPrepay(ports, frozen.payment)
    if (result.kind === 'prepaid') return await handOut(ports, result.payment)
    if (result.kind === 'unavailable') return result
    // settled: WeChat said how it is; the next look finds it paid, closed, or free for a new number.
  }
  return { kind: 'unavailable', advice: null }
}

function isTicketGood(ports: Ports, payment: Payment): boolean {
  return payment.prepayId !== null && isPrepayIdFresh(payment.prepaidAtMs, ports.clock.now())
}

/** Locks, looks whether it may be paid, takes a new number where the old one is closed. */
async function freeze(tx: Tx, ports: Ports, orderId: string): Promise<Frozen> {
  const held = await holdOrder(tx, orderId)
  if (!held) return { kind: 'not_found' }
  const at = ports.clock.now()
  const { order, payment } = held
  if (order.status === 'paid') return { kind: 'order_paid' }
  if (order.status === 'closed' || isOver(order, at)) return { kind: 'order_closed' }
  if (!isOpen(payment)) {
    const next = { ...newPayment(ports, order, payment.attempt + 1, at), prepayAskedAtMs: at }
    await tx.payments.insert(next)
    return { kind: 'frozen', payment: next }
  }
  if (payment.prepayAskedAtMs !== null) return { kind: 'frozen', payment }
  return { kind: 'frozen', payment: await tx.payments.update(payment, { prepayAskedAtMs: at }) }
}

/** Signs the five fields, and starts the asking rhythm before the phone has them. */
async function handOut(ports: Ports, payment: Payment): Promise<StartResult> {
  const { prepayId, mchid, appid } = payment
  if (prepayId === null) return { kind: 'unavailable', advice: null }
  const callUp = await ports.wechatPay.callUp(mchid, appid, prepayId)
  return await commit(ports, 'start-payment/called-up', async (tx): Promise<StartResult> => {
    const current = await tx.payments.lock(payment.id)
    const order = await tx.orders.lock(payment.orderId)
    if (!current || !order) return { kind: 'not_found' }
    if (order.status === 'paid') return { kind: 'order_paid' }
    if (current.status !== 'prepaid') return { kind: 'order_closed' }
    const at = ports.clock.now()
    if (!restartsRhythm(current.calledUpAtMs, at)) {
      return { kind: 'ready', callUp, view: { order, payment: current } }
    }
    const called = await tx.payments.update(current, { calledUpAtMs: at })
    const data = { payment_id: payment.id, since: at }
    const runAt = nextAsk(at, at)
    const job = { queue: 'ask-wechat', id: ports.random.uuid(), runAt } as const
    await tx.jobs.enqueue({ ...job, data, party: payment.mchid })
    return { kind: 'ready', callUp, view: { order, payment: called } }
  })
}
