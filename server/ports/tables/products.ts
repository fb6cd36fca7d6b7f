import type { Instant } from '@minitill/protocol/model'
import type { Product } from '../../domain/product.ts'

export interface ProductReads {
  /** Active products by position, then id. */
  page(after: { position: number; id: string } | null, limit: number): Promise<readonly Product[]>
  /** The inactive ones too, for the shop itself. */
  pageOfAll(
    after: { position: number; id: string } | null,
    limit: number,
  ): Promise<readonly Product[]>
  byIds(ids: readonly string[]): Promise<readonly Product[]>
}

export interface ProductWrites {
  /** Locks in id order, so that two orders never wait for each other in a circle. */
  lock(ids: readonly string[]): Promise<readonly Product[]>
  /** Takes from the stock; false when there is not enough (nothing changed then). */
  take(productId: string, quantity: number): Promise<boolean>
  giveBack(productId: string, quantity: number): Promise<void>
  /** false, and nothing changed, when a product of this id is there already. */
  add(product: Product, at: Instant): Promise<boolean>
  put(product: Product, at: Instant): Promise<void>
}
