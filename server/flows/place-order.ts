import type { Appid, Openid } from '@minitill/protocol/model'
import {
  mergeLines,
  type OrderFault,
  type OrderLine,
  type Pricing,
  priceOrder,
} from '../domain/price-order.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { KeyBusy } from '../ports/key-busy.ts'
import { openOrder } from './open-order.ts'
import { commit } from './phase.ts'
import type { OrderView } from './read-orders.ts'

export interface PlaceOrder {
  readonly accountId: string
  readonly appid: Appid
  /** The openid of the session: who pays is never the request's to say. */
  readonly openid: Openid
  readonly lines: readonly OrderLine[]
  readonly key: string
  /** Hash of the canonical JSON of the request. */
  readonly requestHash: string
  /** The answer's body, which is kept with the key. */
  readonly present: (view: OrderView) => string
}

export type PlacedOrder =
  | { readonly kind: 'placed'; readonly body: string; readonly replayed: boolean }
  | { readonly kind: 'out_of_stock'; readonly productId: string; readonly replayed: boolean }
  | { readonly kind: 'invalid'; readonly field: string; readonly why: OrderFault }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'key_busy' }

/** A twin waits for the first one so long. */
const twinWaitMs = 5_000

/**
 * Places an order: prices it from locked product rows, takes the stock, freezes order and payment
 * with the request that WeChat will get, and starts the clock of its expiry. Everything is one
 * transaction, the idempotency key and its answer included, because any part of it alone would be a
 * lie. A crash leaves nothing, and the same key may be used again.
 */
export async function placeOrder(ports: Ports, input: PlaceOrder): Promise<PlacedOrder> {
  try {
    return await commit(ports, 'place-order/order', async (tx) => await place(tx, ports, input))
  } catch (error) {
    if (error instanceof KeyBusy) return { kind: 'key_busy' }
    if (error instanceof InvalidOrder)
      return { kind: 'invalid', field: error.field, why: error.why }
    throw error
  }
}

/** Rolls the transaction back, so that a request which was never valid does not use up its key. */
class InvalidOrder extends Error {
  readonly field: string
  readonly why: OrderFault
  constructor(field: string, why: OrderFault) {
    super(`${field}: ${why}`)
    this.field = field
    this.why = why
  }
}

async function place(tx: Tx, ports: Ports, input: PlaceOrder): Promise<PlacedOrder> {
  const { accountId: scope, key, requestHash } = input
  const at = ports.clock.now()
  const first = await tx.idempotency.claim({ scope, key, requestHash, at, waitMs: twinWaitMs })
  if (first) {
    if (first.requestHash !== requestHash) return { kind: 'key_reused' }
    if (first.status === 201) return { kind: 'placed', body: first.body, replayed: true }
    return { kind: 'out_of_stock', productId: first.body, replayed: true }
  }
  const lines = mergeLines(input.lines).toSorted((a, b) => (a.productId < b.productId ? -1 : 1))
  const products = await tx.products.lock(lines.map((line) => line.productId))
  const pricing = priceOrder(input.lines, products)
  if (!pricing.ok) return await refuse(tx, pricing, { scope, key })
  for (const { productId, quantity } of lines) {
    if (!(await tx.products.take(productId, quantity))) {
      throw new Error('stock changed under its lock')
    }
  }
  const { accountId, appid, openid } = input
  const { mchid } = ports.parties.merchantOf(appid)
  const { items, totalFen } = pricing
  const bought = { accountId, appid, openid, mchid, items, totalFen, reference: null }
  const view = await openOrder(tx, ports, bought, at)
  const body = input.present(view)
  await tx.idempotency.keep(scope, key, 201, body)
  ports.meter.count('order_total')
  return { kind: 'placed', body, replayed: false }
}

/** Sold out is an answer like another: the same key gets it again, as is promised. */
async function refuse(
  tx: Tx,
  pricing: Exclude<Pricing, { ok: true }>,
  { scope, key }: { scope: string; key: string },
): Promise<PlacedOrder> {
  if (pricing.problem === 'invalid') throw new InvalidOrder(pricing.field, pricing.why)
  const productId = pricing.product.id
  await tx.idempotency.keep(scope, key, 409, productId)
  return { kind: 'out_of_stock', productId, replayed: false }
}
