import type { Instant } from '@minitill/protocol/model'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { Ports, Reads } from '../ports/index.ts'

/** An order as its owner sees it: with the payment that paid it, else the current one. */
export interface OrderView {
  readonly order: Order
  readonly payment: Payment
}

/** One order of this account; null when there is none or it is somebody else's. */
export async function readOrder(
  ports: { readonly store: { readonly read: Reads } },
  { accountId, orderId }: { readonly accountId: string; readonly orderId: string },
): Promise<OrderView | null> {
  const order = await ports.store.read.orders.byId(orderId)
  if (!order || order.accountId !== accountId) return null
  return viewOf(order, await ports.store.read.payments.ofOrder(orderId))
}

/** A page of an account's orders, newest first; `next` continues after the last of them. */
export async function readOrders(
  ports: Ports,
  page: {
    readonly accountId: string
    readonly before: { readonly createdAtMs: Instant; readonly id: string } | null
    readonly limit: number
  },
): Promise<{ views: readonly OrderView[]; next: { createdAtMs: Instant; id: string } | null }> {
  const { orders, payments } = ports.store.read
  const found = await orders.pageOf(page.accountId, page.before, page.limit + 1)
  const shown = found.slice(0, page.limit)
  const theirs = await payments.ofOrders(shown.map((order) => order.id))
  const views = shown.flatMap(
    (order) =>
      viewOf(
        order,
        theirs.filter((payment) => payment.orderId === order.id),
      ) ?? [],
  )
  const last = found.length > page.limit ? shown.at(-1) : undefined
  return { views, next: last ? { createdAtMs: last.createdAtMs, id: last.id } : null }
}

/** null for an order without a payment, which the placing of orders does not leave behind. */
export function viewOf(order: Order, payments: readonly Payment[]): OrderView | null {
  const payment = payments.find((p) => p.status === 'paid') ?? payments.at(-1)
  return payment ? { order, payment } : null
}
