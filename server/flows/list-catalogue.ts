import type { Product } from '../domain/product.ts'
import type { Ports } from '../ports/index.ts'

/**
 * One page of what can be bought. It only reads, so there is nothing to be done in an order. A
 * crash leaves nothing.
 */
export async function listCatalogue(
  ports: Pick<Ports, 'store'>,
  page: { after: { position: number; id: string } | null; limit: number },
): Promise<readonly Product[]> {
  return await ports.store.read.products.page(page.after, page.limit)
}
