import type { Product } from '../domain/product.ts'
import type { Ports } from '../ports/index.ts'
import { commit } from './phase.ts'

export type ProductChange = Omit<Product, 'position' | 'currency'>

/**
 * Sets a product as the shop says, or adds it at the end. The row is locked first, so that an order
 * placed at the same moment takes its stock before or after, and never from a number that is
 * overwritten. Orders keep the price at which they were placed; a crash leaves all or nothing.
 */
export async function changeProduct(
  ports: Pick<Ports, 'store' | 'points' | 'clock'>,
  change: ProductChange,
): Promise<Product> {
  const at = ports.clock.now()
  return await commit(ports, 'change-product/put', async (tx) => {
    const [existing] = await tx.products.lock([change.id])
    // Epoch seconds of today are above every position of a catalogue file.
    const position = existing?.position ?? Math.floor(at / 1000)
    const product: Product = { ...change, currency: 'CNY', position }
    await tx.products.put(product, at)
    return product
  })
}
