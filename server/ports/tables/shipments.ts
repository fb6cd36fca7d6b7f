import type { Appid, Instant } from '@minitill/protocol/model'
import type { Shipment, ShipmentStatus } from '../../domain/shipment.ts'

/** Whether WeChat manages the trades of a mini program, as it said when it was asked. */
export interface Management {
  readonly managed: boolean
  readonly askedAtMs: Instant
}

export interface ShipmentReads {
  byId(shipmentId: string): Promise<Shipment | null>
  /** All of an order by sequence, refused ones included. */
  ofOrder(orderId: string): Promise<readonly Shipment[]>
  /** null when WeChat was never asked. */
  management(appid: Appid): Promise<Management | null>
  /** Paid orders before this instant that wait to be shipped and have no warning yet. */
  overdue(
    paidBeforeMs: Instant,
    limit: number,
  ): Promise<ReadonlyArray<{ readonly orderId: string; readonly paidAtMs: Instant }>>
}

export interface ShipmentChange {
  readonly status?: ShipmentStatus
  readonly problem?: string | null
  readonly sentCount?: number
  readonly uploadedAtMs?: Instant
}

export interface ShipmentWrites {
  insert(shipment: Shipment): Promise<void>
  /** Throws StaleVersion unless the stored version is `shipment.version`; stores version + 1. */
  update(shipment: Shipment, change: ShipmentChange): Promise<Shipment>
  keepManagement(appid: Appid, managed: boolean, at: Instant): Promise<void>
  /** Orders that were thought to need shipping before WeChat said that this app's do not. */
  release(appid: Appid): Promise<void>
}
