import { parseAppid, parseMchid, parseOpenid } from '@minitill/protocol/model'
import { type SelectQueryBuilder, sql } from 'kysely'
import type { Order, OrderItem } from '../domain/order.ts'
import { StaleVersion } from '../ports/stale-version.ts'
import type { OrderChange, OrderFilter, OrderReads, OrderWrites } from '../ports/tables/orders.ts'
import type { Handle } from './index.ts'
import type { OrderItemTable, OrderTable, Schema } from './schema.ts'

/** Statements on customer_order and order_item. */
export function orders(db: Handle): OrderReads & OrderWrites {
  return { ...reads(db), ...writes(db) }
}

type OrderQuery = SelectQueryBuilder<Schema, 'customer_order', OrderTable>
type Before = Parameters<OrderReads['page']>[1]

function newestFirst(query: OrderQuery, before: Before, limit: number): OrderQuery {
  const page = query.orderBy('created_at_ms', 'desc').orderBy('id', 'desc').limit(limit)
  if (before === null) return page
  const { createdAtMs, id } = before
  return page.where(sql<boolean>`(created_at_ms, id) < (${createdAtMs}::bigint, ${id}::text)`)
}

function filtered(query: OrderQuery, filter: OrderFilter): OrderQuery {
  return (['status', 'mchid', 'appid', 'reference'] as const).reduce((narrowed, column) => {
    const wanted = filter[column]
    return wanted === undefined ? narrowed : narrowed.where(column, '=', wanted)
  }, query)
}

function reads(db: Handle): OrderReads {
  const all = (): OrderQuery => db.selectFrom('customer_order').selectAll()
  return {
    byId: async (orderId) => {
      const rows = await all().where('id', '=', orderId).execute()
      return (await withItems(db, rows))[0] ?? null
    },
    pageOf: async (accountId, before, limit) => {
      const query = newestFirst(all().where('account_id', '=', accountId), before, limit)
      return await withItems(db, await query.execute())
    },
    byReference: async (mchid, reference) => {
      const query = all().where('mchid', '=', mchid).where('reference', '=', reference)
      return (await withItems(db, await query.execute()))[0] ?? null
    },
    page: async (filter, before, limit) => {
      const query = newestFirst(filtered(all(), filter), before, limit)
      return await withItems(db, await query.execute())
    },
  }
}

function writes(db: Handle): OrderWrites {
  return {
    lockReference: async (mchid, reference) => {
      const key = `${mchid}/${reference}`
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db)
    },
    insert: async (order) => {
      await db.insertInto('customer_order').values(orderRow(order)).execute()
      await db
        .insertInto('order_item')
        .values(order.items.map(itemRow(order.id)))
        .execute()
    },
    lock: async (orderId) => {
      const query = db.selectFrom('customer_order').selectAll().where('id', '=', orderId)
      const rows = await query.forUpdate().execute()
      return (await withItems(db, rows))[0] ?? null
    },
    update: async (order, change) => {
      const result = await db
        .updateTable('customer_order')
        .set({ ...changed(change), version: order.version + 1 })
        .where('id', '=', order.id)
        .where('version', '=', order.version)
        .executeTakeFirst()
      if (result.numUpdatedRows !== 1n) throw new StaleVersion(`order ${order.id}`)
      return { ...order, ...change, version: order.version + 1 }
    },
  }
}

async function withItems(db: Handle, rows: readonly OrderTable[]): Promise<readonly Order[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const items = await db
    .selectFrom('order_item')
    .selectAll()
    .where('order_id', 'in', ids)
    .orderBy('order_id')
    .orderBy('line')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    appid: parseAppid(row.appid),
    openid: parseOpenid(row.openid),
    mchid: parseMchid(row.mchid),
    status: row.status,
    totalFen: row.total_fen,
    currency: row.currency,
    items: items.filter((item) => item.order_id === row.id).map(orderItem),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    paidAtMs: row.paid_at_ms,
    closeReason: row.close_reason,
    stockHeld: row.stock_held,
    refundedTotalFen: row.refunded_total_fen,
    shippingStatus: row.shipping_status,
    reference: row.reference,
    version: row.version,
  }))
}

function orderItem(row: OrderItemTable): OrderItem {
  return {
    productId: row.product_id,
    name: row.name,
    quantity: row.quantity,
    unitPriceFen: row.unit_price_fen,
    amountFen: row.amount_fen,
  }
}

function itemRow(orderId: string): (item: OrderItem, line: number) => OrderItemTable {
  return (item, line) => ({
    order_id: orderId,
    line: line + 1,
    product_id: item.productId,
    name: item.name,
    quantity: item.quantity,
    unit_price_fen: item.unitPriceFen,
    amount_fen: item.amountFen,
  })
}

function orderRow(order: Order): OrderTable {
  return {
    id: order.id,
    account_id: order.accountId,
    appid: order.appid,
    openid: order.openid,
    mchid: order.mchid,
    status: order.status,
    total_fen: order.totalFen,
    currency: order.currency,
    created_at_ms: order.createdAtMs,
    expires_at_ms: order.expiresAtMs,
    paid_at_ms: order.paidAtMs,
    close_reason: order.closeReason,
    stock_held: order.stockHeld,
    refunded_total_fen: order.refundedTotalFen,
    shipping_status: order.shippingStatus,
    reference: order.reference,
    version: order.version,
  }
}

function changed(change: OrderChange): Partial<OrderTable> {
  const names = {
    status: 'status',
    paidAtMs: 'paid_at_ms',
    closeReason: 'close_reason',
    stockHeld: 'stock_held',
    refundedTotalFen: 'refunded_total_fen',
    shippingStatus: 'shipping_status',
  } as const satisfies Record<keyof OrderChange, keyof OrderTable>
  const columns = Object.entries(change).map(([key, value]) => [
    names[key as keyof OrderChange],
    value,
  ])
  return Object.fromEntries(columns) as Partial<OrderTable>
}
