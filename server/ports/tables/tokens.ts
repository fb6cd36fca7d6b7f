import type { Appid, Instant } from '@minitill/protocol/model'

/** The shared access_token of one app, sealed, and the lease of whoever refreshes it. */
export interface AccessTokenRow {
  readonly appid: Appid
  readonly sealed: Uint8Array | null
  readonly expiresAtMs: Instant
  /** Grows with each stored token; a caller that saw 40001 names the version that failed. */
  readonly version: number
  readonly leaseUntilMs: Instant
}

export interface TokenReads {
  byAppid(appid: Appid): Promise<AccessTokenRow | null>
}

export interface TokenWrites {
  /** Takes the lease when nobody holds it; null when somebody does. */
  takeLease(appid: Appid, at: Instant, untilMs: Instant): Promise<AccessTokenRow | null>
  /** Stores a token if the version is still the one that the lease saw; false otherwise. */
  keep(
    appid: Appid,
    seenVersion: number,
    token: { sealed: Uint8Array; expiresAtMs: Instant },
  ): Promise<boolean>
  releaseLease(appid: Appid, seenVersion: number): Promise<void>
}
