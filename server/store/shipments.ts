import { type Appid, type Instant, parseAppid } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type { Parcel, Shipment } from '../domain/shipment.ts'
import { StaleVersion } from '../ports/stale-version.ts'
import type { ShipmentChange, ShipmentReads, ShipmentWrites } from '../ports/tables/shipments.ts'
import type { Handle } from './index.ts'
import type { ShipmentTable } from './schema-shipping.ts'

/** Statements on shipment and trade_management. */
export function shipments(db: Handle): ShipmentReads & ShipmentWrites {
  return { ...reads(db), ...writes(db), ...management(db) }
}

function reads(db: Handle): Pick<ShipmentReads, 'byId' | 'ofOrder' | 'overdue'> {
  return {
    byId: async (shipmentId) => {
      const query = db.selectFrom('shipment').selectAll().where('id', '=', shipmentId)
      const row = await query.executeTakeFirst()
      return row ? shipment(row) : null
    },
    ofOrder: async (orderId) => {
      const query = db.selectFrom('shipment').selectAll().where('order_id', '=', orderId)
      return (await query.orderBy('sequence').execute()).map(shipment)
    },
    overdue: async (paidBeforeMs, limit) => {
      const rows = await db
        .selectFrom('customer_order as o')
        .select(['o.id', 'o.paid_at_ms'])
        .where('o.shipping_status', '=', 'to_ship')
        .where('o.paid_at_ms', '<', paidBeforeMs)
        .where(
          sql<boolean>`NOT EXISTS (SELECT 1 FROM task t
            WHERE t.kind = 'shipping_overdue' AND t.subject = 'order:' || o.id)`,
        )
        .orderBy('o.paid_at_ms')
        .orderBy('o.id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ orderId: row.id, paidAtMs: row.paid_at_ms as Instant }))
    },
  }
}

function writes(db: Handle): Pick<ShipmentWrites, 'insert' | 'update'> {
  return {
    insert: async (one) => {
      await db.insertInto('shipment').values(rowOf(one)).execute()
    },
    update: async (one, change) => {
      const result = await db
        .updateTable('shipment')
        .set({ ...changed(change), version: one.version + 1 })
        .where('id', '=', one.id)
        .where('version', '=', one.version)
        .executeTakeFirst()
      if (result.numUpdatedRows !== 1n) throw new StaleVersion(`shipment ${one.id}`)
      return { ...one, ...change, version: one.version + 1 }
    },
  }
}

function management(
  db: Handle,
): Pick<ShipmentReads, 'management'> & Pick<ShipmentWrites, 'keepManagement' | 'release'> {
  return {
    management: async (appid) => {
      const query = db.selectFrom('trade_management').selectAll().where('appid', '=', appid)
      const row = await query.executeTakeFirst()
      return row ? { managed: row.managed, askedAtMs: row.asked_at_ms } : null
    },
    keepManagement: async (appid, managed, at) => {
      await db
        .insertInto('trade_management')
        .values({ appid, managed, asked_at_ms: at })
        .onConflict((c) => c.column('appid').doUpdateSet({ managed, asked_at_ms: at }))
        .execute()
    },
    release: async (appid: Appid) => {
      await db
        .updateTable('customer_order')
        .set((eb) => ({ shipping_status: 'not_required', version: eb('version', '+', 1) }))
        .where('appid', '=', appid)
        .where('shipping_status', '=', 'to_ship')
        .where(
          sql<boolean>`NOT EXISTS (SELECT 1 FROM shipment s WHERE s.order_id = customer_order.id)`,
        )
        .execute()
    },
  }
}

function rowOf(one: Shipment): ShipmentTable {
  return {
    id: one.id,
    order_id: one.orderId,
    appid: one.appid,
    sequence: one.sequence,
    logistics_type: one.logisticsType,
    delivery_mode: one.deliveryMode,
    is_final: one.final,
    kind: one.kind,
    parcels: JSON.stringify(one.parcels),
    request_body: one.requestBody,
    status: one.status,
    problem: one.problem,
    sent_count: one.sentCount,
    uploaded_at_ms: one.uploadedAtMs,
    created_at_ms: one.createdAtMs,
    version: one.version,
  }
}

function shipment(row: ShipmentTable): Shipment {
  return {
    id: row.id,
    orderId: row.order_id,
    appid: parseAppid(row.appid),
    sequence: row.sequence,
    logisticsType: row.logistics_type,
    deliveryMode: row.delivery_mode,
    final: row.is_final,
    kind: row.kind,
    parcels: row.parcels as readonly Parcel[],
    requestBody: row.request_body,
    status: row.status,
    problem: row.problem,
    sentCount: row.sent_count,
    uploadedAtMs: row.uploaded_at_ms,
    createdAtMs: row.created_at_ms,
    version: row.version,
  }
}

function changed(change: ShipmentChange): Partial<ShipmentTable> {
  const names = {
    status: 'status',
    problem: 'problem',
    sentCount: 'sent_count',
    uploadedAtMs: 'uploaded_at_ms',
  } as const satisfies Record<keyof ShipmentChange, keyof ShipmentTable>
  const columns = Object.entries(change).map(([key, value]) => [
    names[key as keyof ShipmentChange],
    value,
  ])
  return Object.fromEntries(columns) as Partial<ShipmentTable>
}
