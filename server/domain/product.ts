import type { Fen, Instant } from '@minitill/protocol/model'

/** The smallest catalogue that lets a price come from the server. */
export interface Product {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly priceFen: Fen
  readonly currency: 'CNY'
  /** null: unlimited. What is held by unpaid orders is already taken off. */
  readonly stock: number | null
  readonly imageUrl: string
  readonly active: boolean
  readonly position: number
}

/** How a product came to be in the catalogue. */
export interface ProductImport extends Omit<Product, 'active' | 'position'> {
  readonly importedAtMs: Instant
}
