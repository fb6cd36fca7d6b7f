import type { Instant } from '@minitill/protocol/model'

export interface EndpointTable {
  id: string
  url: string
  events: string[]
  status: 'active' | 'disabled'
  secret_sealed: Buffer
  old_secret_sealed: Buffer | null
  old_secret_until_ms: Instant | null
  created_at_ms: Instant
}

export interface DeliveryTable {
  id: string
  event_id: string
  endpoint_id: string
  round: number
  status: 'pending' | 'delivered' | 'parked'
  attempts: number
  last_answer: string | null
  created_at_ms: Instant
  ended_at_ms: Instant | null
}
