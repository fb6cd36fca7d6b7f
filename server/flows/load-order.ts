import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { Tx } from '../ports/index.ts'
import { StaleVersion } from './phase.ts'

/** An order with its current payment, both locked in the one lock order: payment, then order. */
export interface Held {
  readonly order: Order
  readonly payment: Payment
  readonly payments: readonly Payment[]
}

/**
 * Locks an order by way of its current payment. null when there is none. A payment that was
 * added between the look and the lock would have to be locked after the order, which is the wrong
 * way round: then this throws StaleVersion, and `repeatStale` runs the transaction again.
 */
export async function holdOrder(tx: Tx, orderId: string): Promise<Held | null> {
  const before = (await tx.payments.ofOrder(orderId)).at(-1)
  if (before === undefined) return null
  const payment = await tx.payments.lock(before.id)
  const order = await tx.orders.lock(orderId)
  const payments = await tx.payments.ofOrder(orderId)
  if (payments.at(-1)?.id !== before.id) throw new StaleVersion(`order ${orderId}`)
  return payment && order && { order, payment, payments }
}

/** Twice is enough: a new payment of an order is rare, two in a row within a moment rarer. */
const mostTries = 3

/** Runs a transaction again when a row changed under it. */
export async function repeatStale<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if (!(error instanceof StaleVersion) || attempt === mostTries) throw error
    }
  }
}
