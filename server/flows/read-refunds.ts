import type { Refund } from '../domain/refund.ts'
import type { Reads } from '../ports/index.ts'

type Reading = { readonly store: { readonly read: Reads } }

/** What the shop sees of refunds. It only reads. A crash leaves nothing. */
export async function readRefund(ports: Reading, refundId: string): Promise<Refund | null> {
  return await ports.store.read.refunds.byId(refundId)
}

/** All refunds of an order, oldest first, external ones too; null when there is no such order. */
export async function readRefundsOf(
  ports: Reading,
  orderId: string,
): Promise<readonly Refund[] | null> {
  const { orders, refunds } = ports.store.read
  return (await orders.byId(orderId)) ? await refunds.ofOrder(orderId) : null
}
