import type { Product } from '../domain/product.ts'
import type { Ports } from '../ports/index.ts'
import { commit } from './phase.ts'

export interface CatalogueImport {
  readonly added: number
  readonly kept: number
}

/**
 * Adds the products of a catalogue that the shop does not have yet, by id. What it has stays as it
 * is: a restart must neither give back stock that was sold nor undo a price set since. One
 * transaction, so that a crash leaves all or nothing and the next start does it again.
 */
export async function importCatalogue(
  ports: Pick<Ports, 'store' | 'points' | 'clock' | 'log'>,
  products: readonly Product[],
): Promise<CatalogueImport> {
  if (products.length === 0) return { added: 0, kept: 0 }
  const at = ports.clock.now()
  const added = await commit(ports, 'import-catalogue/put', async (tx) => {
    let count = 0
    // By id: two instances that start together wait for each other in one order.
    const ordered = products.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (const product of ordered) if (await tx.products.add(product, at)) count += 1
    return count
  })
  const result = { added, kept: products.length - added }
  ports.log.info({ ...result }, 'the catalogue was imported')
  return result
}
