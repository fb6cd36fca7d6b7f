import { z } from 'zod'
import type { Product } from '../../domain/product.ts'

export const productShape = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  price: z.int().describe('Fen.'),
  currency: z.literal('CNY'),
  stock: z.int().nullable().describe('Pieces left; null: unlimited.'),
  image_url: z.string(),
})

/** A product as the mini program and the console see it. */
export function showProduct(product: Product): z.output<typeof productShape> {
  return {
    id: product.id,
    name: product.name,
    description: product.description,
    price: product.priceFen,
    currency: product.currency,
    stock: product.stock,
    image_url: product.imageUrl,
  }
}

/** The same for the shop itself. */
export const adminProductShape = productShape.extend({
  active: z.boolean().describe('false: not for sale.'),
})

export function showAdminProduct(product: Product): z.output<typeof adminProductShape> {
  return { ...showProduct(product), active: product.active }
}
