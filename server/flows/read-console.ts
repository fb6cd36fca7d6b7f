import type { Instant } from '@minitill/protocol/model'
import { type PromiseId, type PromiseResult, promiseIds } from '../domain/live-promise.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { Product } from '../domain/product.ts'
import type { Shipment } from '../domain/shipment.ts'
import type { Ports, Reads } from '../ports/index.ts'
import type { Balance, BalanceFilter } from '../ports/tables/ledger.ts'
import type { OrderFilter } from '../ports/tables/orders.ts'
import type { Task } from '../ports/tables/tasks.ts'

/** A live promise and what was found last; null: not looked at yet. */
export interface PromiseFile {
  readonly id: PromiseId
  readonly result: PromiseResult | null
}

type Reading = { readonly store: { readonly read: Reads } }
type Before = { readonly createdAtMs: Instant; readonly id: string } | null

/** An order with every attempt to collect for it, as the shop sees it. */
export interface OrderFile {
  readonly order: Order
  readonly payments: readonly Payment[]
}

/**
 * What the console shows: orders, products, tasks and balances of the whole shop. It only reads, so
 * nothing has to be done in an order. A crash leaves nothing.
 */
export async function readAllOrders(
  ports: Reading,
  page: { filter: OrderFilter; before: Before; limit: number },
): Promise<readonly OrderFile[]> {
  const { orders, payments } = ports.store.read
  const found = await orders.page(page.filter, page.before, page.limit)
  const theirs = await payments.ofOrders(found.map((order) => order.id))
  return found.map((order) => ({
    order,
    payments: theirs.filter((payment) => payment.orderId === order.id),
  }))
}

/** One order by its id or by its out_trade_no at any of our merchants; null when there is none. */
export async function readOrderFile(
  ports: Reading & Pick<Ports, 'parties'>,
  number: string,
): Promise<OrderFile | null> {
  const { orders, payments } = ports.store.read
  let orderId = number
  for (const mchid of ports.parties.mchids) {
    const payment = await payments.byOutTradeNo(mchid, number as Payment['outTradeNo'])
    if (payment !== null) orderId = payment.orderId
  }
  const order = await orders.byId(orderId)
  return order === null ? null : { order, payments: await payments.ofOrder(order.id) }
}

/** Products in the shop's order, those not for sale among them. */
export async function readAllProducts(
  ports: Reading,
  page: { after: { position: number; id: string } | null; limit: number },
): Promise<readonly Product[]> {
  return await ports.store.read.products.pageOfAll(page.after, page.limit)
}

/** What waits for a person, newest first. */
export async function readTasks(
  ports: Reading,
  page: { status: Task['status'] | undefined; before: Before; limit: number },
): Promise<readonly Task[]> {
  const filter = page.status === undefined ? {} : { status: page.status }
  return await ports.store.read.tasks.page(filter, page.before, page.limit)
}

/** What each merchant's ledger accounts held; debit positive, whole fen. */
export async function readBalances(
  ports: Reading,
  filter: BalanceFilter,
): Promise<readonly Balance[]> {
  return await ports.store.read.ledger.balances(filter)
}

/** Every live promise, in the order of docs/invariants.md. */
export async function readPromises(ports: Reading): Promise<readonly PromiseFile[]> {
  const results = await ports.store.read.promises.results()
  return promiseIds.map((id) => ({ id, result: results.find((one) => one.id === id) ?? null }))
}

/** Everything that was said to have left, by sequence; null when there is no such order. */
export async function readShipments(
  ports: Reading,
  orderId: string,
): Promise<readonly Shipment[] | null> {
  const { orders, shipments } = ports.store.read
  return (await orders.byId(orderId)) && (await shipments.ofOrder(orderId))
}
