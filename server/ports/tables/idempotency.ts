import type { Instant } from '@minitill/protocol/model'

export interface StoredAnswer {
  readonly requestHash: string
  readonly status: number
  readonly body: string
  readonly createdAtMs: Instant
}

export interface IdempotencyReads {
  find(scope: string, key: string): Promise<StoredAnswer | null>
}

export interface IdempotencyWrites {
  /**
   * Claims the key in this transaction. A parallel twin waits here for the first (at most
   * `waitMs`, then throws KeyBusy) and is told what the first answered. Older than 24 h: as new.
   */
  claim(claim: KeyClaim): Promise<StoredAnswer | null>
  keep(scope: string, key: string, status: number, body: string): Promise<void>
  forget(olderThanMs: Instant): Promise<void>
}

export interface KeyClaim {
  /** The account whose key it is. */
  readonly scope: string
  readonly key: string
  readonly requestHash: string
  readonly at: Instant
  readonly waitMs: number
}
