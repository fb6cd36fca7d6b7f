import type { Ports } from '../ports/index.ts'
import { closeOrder } from './close-order.ts'
import { type OrderView, readOrder } from './read-orders.ts'

export type CancelResult =
  | { readonly kind: 'order'; readonly view: OrderView }
  | { readonly kind: 'order_paid' }
  | { readonly kind: 'not_found' }

/**
 * Somebody gives an order up. It is closed at WeChat first; if they paid in the meantime, it is
 * paid. While WeChat is silent the order stays unpaid, and the closing job carries on.
 */
export async function cancelOrder(
  ports: Ports,
  input: { readonly accountId: string; readonly orderId: string },
): Promise<CancelResult> {
  if (!(await readOrder(ports, input))) return { kind: 'not_found' }
  const result = await closeOrder(ports, { orderId: input.orderId, reason: 'cancelled' })
  if (result === 'paid') return { kind: 'order_paid' }
  const view = await readOrder(ports, input)
  return view ? { kind: 'order', view } : { kind: 'not_found' }
}
