import type { Instant, Mchid, SerialNo } from '@minitill/protocol/model'

/** The key of a platform certificate of WeChat's, downloaded and verified; nothing of it is secret. */
export interface PlatformKey {
  readonly serialNo: SerialNo
  /** SPKI PEM. */
  readonly publicKey: string
  readonly effectiveAtMs: Instant
  readonly expiresAtMs: Instant
}

export interface PlatformKeyReads {
  /** By serial. Shared by all processes, so that one download serves all. */
  ofMerchant(mchid: Mchid): Promise<readonly PlatformKey[]>
}

export interface PlatformKeyWrites {
  keep(mchid: Mchid, keys: readonly PlatformKey[], at: Instant): Promise<void>
  /**
   * Takes the right to download now; false when somebody took it less than `gapMs` ago, on whatever
   * instance: strangers can send unknown serials as often as they like.
   */
  claimRefresh(mchid: Mchid, at: Instant, gapMs: number): Promise<boolean>
  /** Gives the right back after a download that did not reach WeChat at all. */
  releaseRefresh(mchid: Mchid): Promise<void>
}

/** What the adapter that talks to WeChat Pay needs of the database; single statements only. */
export type PlatformKeys = PlatformKeyReads & PlatformKeyWrites
