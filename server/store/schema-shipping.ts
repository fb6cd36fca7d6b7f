import type { Instant } from '@minitill/protocol/model'
import type { LogisticsType, Shipment, ShipmentStatus } from '../domain/shipment.ts'
import type { PersonMessage, PushMessage } from '../ports/tables/messages.ts'

export interface ManagementTable {
  appid: string
  managed: boolean
  asked_at_ms: Instant
}

export interface ShipmentTable {
  id: string
  order_id: string
  appid: string
  sequence: number
  logistics_type: LogisticsType
  delivery_mode: 1 | 2
  is_final: boolean
  kind: Shipment['kind']
  parcels: unknown
  request_body: string
  status: ShipmentStatus
  problem: string | null
  sent_count: number
  uploaded_at_ms: Instant | null
  created_at_ms: Instant
  version: number
}

export interface PushMessageTable {
  id: string
  appid: string
  digest: string
  event: string
  content: unknown
  status: PushMessage['status']
  received_at_ms: Instant
  handled_at_ms: Instant | null
}

export interface PersonMessageTable {
  id: string
  kind: PersonMessage['kind']
  subject: string
  order_id: string
  appid: string
  request_body: string
  status: PersonMessage['status']
  sent_count: number
  errcode: number | null
  created_at_ms: Instant
  ended_at_ms: Instant | null
}
