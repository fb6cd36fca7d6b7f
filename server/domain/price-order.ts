import { addFen, type Fen, fen, timesFen } from '@minitill/protocol/model'
import type { OrderItem } from './order.ts'
import type { Product } from './product.ts'

/** One line of what a person asks for. */
export interface OrderLine {
  readonly productId: string
  readonly quantity: number
}

/** Enough for a basket; a bigger one is a mistake or an attack. */
export const mostLines = 50
export const mostQuantity = 99
/** 100 000 yuan: above it a shop wants a person to look first. */
export const mostOrderFen: Fen = fen(10_000_000)

/** `field` is the place in the request, for example items[0].quantity. */
export type Pricing =
  | { readonly ok: true; readonly items: readonly OrderItem[]; readonly totalFen: Fen }
  | { readonly ok: false; readonly problem: 'out_of_stock'; readonly product: Product }
  | { readonly ok: false; readonly problem: 'invalid'; readonly field: string; why: OrderFault }

export type OrderFault =
  | 'no_lines'
  | 'too_many_lines'
  | 'bad_quantity'
  | 'unknown_product'
  | 'total_too_big'

/** Lines of the same product become one, so that stock is counted once. Order is kept. */
export function mergeLines(lines: readonly OrderLine[]): readonly OrderLine[] {
  const quantities = new Map<string, number>()
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }))
}

/**
 * Prices an order from our own catalogue; nothing of the amount comes from the request. `products`
 * are the locked rows, so that a yes stays true until the commit.
 */
export function priceOrder(lines: readonly OrderLine[], products: readonly Product[]): Pricing {
  if (lines.length === 0) return invalid('items', 'no_lines')
  if (lines.length > mostLines) return invalid('items', 'too_many_lines')
  const oddLine = lines.findIndex((line) => !isQuantity(line.quantity))
  if (oddLine >= 0) return invalid(`items[${oddLine}].quantity`, 'bad_quantity')
  const items: OrderItem[] = []
  let totalFen = fen(0)
  for (const { productId, quantity } of mergeLines(lines)) {
    const index = lines.findIndex((line) => line.productId === productId)
    const product = products.find((p) => p.id === productId && p.active)
    if (!product) return invalid(`items[${index}].product_id`, 'unknown_product')
    if (!isQuantity(quantity)) return invalid(`items[${index}].quantity`, 'bad_quantity')
    if (product.stock !== null && product.stock < quantity) {
      return { ok: false, problem: 'out_of_stock', product }
    }
    if (product.priceFen > mostOrderFen) return invalid('items', 'total_too_big')
    const amountFen = timesFen(product.priceFen, quantity)
    totalFen = addFen(totalFen, amountFen)
    const { name, priceFen: unitPriceFen } = product
    items.push({ productId, name, quantity, unitPriceFen, amountFen })
  }
  return totalFen > mostOrderFen ? invalid('items', 'total_too_big') : { ok: true, items, totalFen }
}

function isQuantity(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1 && n <= mostQuantity
}

function invalid(field: string, why: OrderFault): Pricing {
  return { ok: false, problem: 'invalid', field, why }
}
