import type { Instant } from '@minitill/protocol/model'
import type { Entry } from './ledger.ts'

/** A batch of entries in the chain that makes tampering show. */
export interface Seal {
  /** 1, 2, 3 …: a gap is a seal that somebody took away. */
  readonly seq: number
  /** The hash of the seal before; of the first, `firstHash`. */
  readonly previousHash: string
  /** SHA-256 of `sealText`, in hex. */
  readonly hash: string
  /** How many entries it covers. */
  readonly entries: number
  readonly sealedAtMs: Instant
}

/** What comes before the first seal. */
export const firstHash = '0'.repeat(64)

/** How many entries one seal covers at most: what a verifier holds in memory at once. */
export const entriesPerSeal = 500

/** The text whose SHA-256 is an entry's digest: everything that the entry says, in one order. */
export function entryText(entry: Entry): string {
  const { id, subject, transition, mchid, happenedAtMs, atMs } = entry
  const postings = entry.postings.map(({ account, amountFen }) => [account, amountFen])
  return JSON.stringify(['entry/1', id, subject, transition, mchid, happenedAtMs, atMs, postings])
}

/** The text whose SHA-256 is a seal's hash: its place, the hash before, and its entries' digests. */
export function sealText(
  seal: Pick<Seal, 'seq' | 'previousHash' | 'sealedAtMs'>,
  digests: readonly string[],
): string {
  const { seq, previousHash, sealedAtMs } = seal
  return JSON.stringify(['seal/1', seq, previousHash, sealedAtMs, digests])
}
