import type { Instant, Mchid } from '@minitill/protocol/model'

export interface EntryTable {
  id: string
  subject: string
  transition: string
  at_ms: Instant
  mchid: Mchid
  happened_at_ms: Instant
}

export interface SealTable {
  seq: number
  previous_hash: string
  hash: string
  entries: number
  sealed_at_ms: Instant
}

export interface SealEntryTable {
  entry_id: string
  seq: number
  position: number
  digest: string
}

export interface LivePromiseTable {
  id: string
  checked_at_ms: Instant
  took_ms: number
  rows_checked: number
  pass: unknown
  broken: unknown
  broken_count: number
  broken_since_ms: Instant | null
  whole_at_ms: Instant | null
}
