import type { Entry } from '../../domain/ledger.ts'
import type { Seal } from '../../domain/seal.ts'

/** An entry's place in a seal, and the entry as it is now. */
export interface SealedEntry {
  readonly entryId: string
  readonly digest: string
  /** null: it is gone. */
  readonly entry: Entry | null
}

export interface SealReads {
  /** The newest seal; null before the first. */
  head(): Promise<Seal | null>
  bySeq(seq: number): Promise<Seal | null>
  /** Seals after this number, oldest first. */
  after(seq: number, limit: number): Promise<readonly Seal[]>
  /** Seals before this number (null: all), newest first. */
  before(seq: number | null, limit: number): Promise<readonly Seal[]>
  /** What each of these seals covers, by position; nothing of a seal that covers nothing. */
  entriesOf(seqs: readonly number[]): Promise<ReadonlyMap<number, readonly SealedEntry[]>>
  /** Ids of entries that are neither sealed nor wait for it: they came past the ledger. */
  strays(limit: number): Promise<readonly string[]>
}

export interface SealWrites {
  /**
   * Takes up to `limit` entries that no seal covers and nobody else is sealing, by booking time and
   * id. A transaction that commits late is taken late: nothing rests on the order of ids or times.
   */
  take(limit: number): Promise<readonly Entry[]>
  /** @throws StaleVersion when another sealer has taken this number */
  add(seal: Seal, sealed: ReadonlyArray<{ entryId: string; digest: string }>): Promise<void>
}
