import type { Instant } from '@minitill/protocol/model'
import { type SelectQueryBuilder, sql } from 'kysely'
import type { Product } from '../domain/product.ts'
import type { ProductReads, ProductWrites } from '../ports/tables/products.ts'
import type { Handle } from './index.ts'
import type { ProductTable, Schema } from './schema.ts'

const columns = [
  'id',
  'name',
  'description',
  'price_fen',
  'currency',
  'stock',
  'image_url',
  'active',
  'position',
] as const

type Row = Pick<ProductTable, (typeof columns)[number]>

/** Statements on product. */
export function products(db: Handle): ProductReads & ProductWrites {
  return {
    page: async (after, limit) => {
      const active = db.selectFrom('product').select(columns).where('active', '=', true)
      return (await pageAfter(active, after, limit).execute()).map(product)
    },
    pageOfAll: async (after, limit) => {
      const all = db.selectFrom('product').select(columns)
      return (await pageAfter(all, after, limit).execute()).map(product)
    },
    byIds: async (ids) => {
      if (ids.length === 0) return []
      const query = db.selectFrom('product').select(columns).where('id', 'in', ids)
      return (await query.orderBy('id').execute()).map(product)
    },
    lock: async (ids) => {
      if (ids.length === 0) return []
      const query = db.selectFrom('product').select(columns).where('id', 'in', ids)
      return (await query.orderBy('id').forUpdate().execute()).map(product)
    },
    take: async (productId, quantity) => {
      const result = await db
        .updateTable('product')
        .set((e) => ({ stock: e('stock', '-', quantity) }))
        .where('id', '=', productId)
        .where((e) => e.or([e('stock', 'is', null), e('stock', '>=', quantity)]))
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    giveBack: async (productId, quantity) => {
      await db
        .updateTable('product')
        .set((e) => ({ stock: e('stock', '+', quantity) }))
        .where('id', '=', productId)
        .where('stock', 'is not', null)
        .execute()
    },
    add: async (p, at) => {
      const result = await db
        .insertInto('product')
        .values({ id: p.id, ...row(p, at) })
        .onConflict((c) => c.column('id').doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
    put: async (p, at) => {
      await db
        .insertInto('product')
        .values({ id: p.id, ...row(p, at) })
        .onConflict((c) => c.column('id').doUpdateSet(row(p, at)))
        .execute()
    },
  }
}

type PageQuery = SelectQueryBuilder<Schema, 'product', Row>

function pageAfter(
  query: PageQuery,
  after: { position: number; id: string } | null,
  limit: number,
): PageQuery {
  const page = query.orderBy('position').orderBy('id').limit(limit)
  if (after === null) return page
  const { position, id } = after
  return page.where(sql<boolean>`(position, id) > (${position}::bigint, ${id}::text)`)
}

function row(p: Product, at: Instant): Omit<ProductTable, 'id'> {
  return {
    name: p.name,
    description: p.description,
    price_fen: p.priceFen,
    currency: p.currency,
    stock: p.stock,
    image_url: p.imageUrl,
    active: p.active,
    position: p.position,
    updated_at_ms: at,
  }
}

function product(row: Row): Product {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    priceFen: row.price_fen,
    currency: row.currency,
    stock: row.stock,
    imageUrl: row.image_url,
    active: row.active,
    position: row.position,
  }
}
