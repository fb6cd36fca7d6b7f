import { isOpen } from '../domain/payment.ts'
import type { Ports } from '../ports/index.ts'
import { askAbout } from './ask-wechat.ts'
import { type OrderView, readOrder } from './read-orders.ts'

/** All instances together ask WeChat about one order at most so often for a person's sake. */
const gapMs = 1_000

/**
 * The cashier returned, whatever it said: WeChat is asked now, because what the phone believes
 * decides nothing. Answers the order with what is known then; silence leaves it as it was, and the
 * asking rhythm goes on. Nothing is left behind by a crash.
 */
export async function confirmPayment(
  ports: Ports,
  input: { readonly accountId: string; readonly orderId: string },
): Promise<OrderView | null> {
  const view = await readOrder(ports, input)
  if (!view || !isOpen(view.payment) || view.payment.prepayAskedAtMs === null) return view
  const asked = await askAbout(ports, view.payment, gapMs)
  return asked.kind === 'told' ? { order: asked.order, payment: asked.payment } : view
}
