import type { Instant } from '@minitill/protocol/model'

/** Where the merchant's systems want to hear of events. */
export interface Endpoint {
  readonly id: string
  readonly url: string
  /** Names of events; the single element `*` is all of them. */
  readonly events: readonly string[]
  readonly status: 'active' | 'disabled'
  readonly secretSealed: Uint8Array
  /** The secret before, while it still signs beside the new one. */
  readonly old: { readonly sealed: Uint8Array; readonly untilMs: Instant } | null
  readonly createdAtMs: Instant
}

export interface EndpointReads {
  byId(id: string): Promise<Endpoint | null>
  /** All of them, oldest first; there is a bound on how many. */
  all(): Promise<readonly Endpoint[]>
}

export interface EndpointWrites {
  /** False, and nothing done, when there are `most` already. */
  insert(endpoint: Endpoint, most: number): Promise<boolean>
  /** The row, locked until the transaction ends. */
  lock(id: string): Promise<Endpoint | null>
  replaceSecret(id: string, sealed: Uint8Array, old: Endpoint['old']): Promise<void>
  disable(id: string): Promise<void>
}
