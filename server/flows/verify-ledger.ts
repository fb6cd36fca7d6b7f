import type { Entry } from '../domain/ledger.ts'
import { entriesPerSeal, entryText, firstHash, type Seal, sealText } from '../domain/seal.ts'
import type { Reads } from '../ports/index.ts'
import type { SealedEntry } from '../ports/tables/seals.ts'
import { sha256Hex } from './hash.ts'

type Reading = { readonly store: { readonly read: Pick<Reads, 'seals'> } }

/** One thing that is not as it was sealed. */
export interface Tampering {
  /** null: no seal covers it. */
  readonly seq: number | null
  /** null: the seal itself. */
  readonly entryId: string | null
  readonly what:
    | 'changed'
    | 'removed'
    | 'inserted'
    | 'seal_changed'
    | 'seal_missing'
    | 'chain_broken'
}

export interface Verified {
  readonly seals: number
  readonly entries: number
  readonly found: readonly Tampering[]
  /** The last seal that was looked at; null when there was none. */
  readonly last: Seal | null
  /** Whether there are no more seals after it. */
  readonly complete: boolean
}

/**
 * Walks up to `limit` seals of the chain after a number, and says which seal and which entry is not
 * as it was. It holds one full seal's entries at a time, of small seals those of many, and changes
 * nothing; a crash leaves nothing.
 */
export async function verifyLedger(
  ports: Reading,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Verified> {
  const { seals } = ports.store.read
  let previous = after === 0 ? null : await seals.bySeq(after)
  const found: Tampering[] = []
  if (after > 0 && previous === null)
    found.push({ seq: after, entryId: null, what: 'seal_missing' })
  const chain = await seals.after(after, limit)
  let entries = 0
  let expected = after + 1
  for (const batch of batches(chain)) {
    const ofSeals = await seals.entriesOf(batch.map(({ seq }) => seq))
    for (const seal of batch) {
      const covered = ofSeals.get(seal.seq) ?? []
      entries += covered.length
      found.push(...chainFaults(seal, previous, expected), ...sealFaults(seal, covered))
      previous = seal
      expected = seal.seq + 1
    }
  }
  const complete = chain.length < limit
  if (complete) found.push(...(await strays(seals)))
  return { seals: chain.length, entries, found, last: chain.at(-1) ?? null, complete }
}

/** Seals in a row that say of themselves that they cover no more than one full seal together. */
function batches(chain: readonly Seal[]): readonly (readonly Seal[])[] {
  const all: Seal[][] = []
  let held = 0
  for (const seal of chain) {
    const last = all.at(-1)
    held += seal.entries
    if (last !== undefined && held <= entriesPerSeal) last.push(seal)
    else {
      all.push([seal])
      held = seal.entries
    }
  }
  return all
}

/** What somebody wrote into the ledger without leaving word for the sealer; the first few. */
async function strays(seals: Reading['store']['read']['seals']): Promise<Tampering[]> {
  const ids = await seals.strays(20)
  return ids.map((entryId) => ({ seq: null, entryId, what: 'inserted' }))
}

function chainFaults(seal: Seal, previous: Seal | null, expected: number): Tampering[] {
  if (seal.seq !== expected) return [{ seq: expected, entryId: null, what: 'seal_missing' }]
  if (seal.seq > 1 && previous === null) return []
  const isLinked = seal.previousHash === (previous?.hash ?? firstHash)
  return isLinked ? [] : [{ seq: seal.seq, entryId: null, what: 'chain_broken' }]
}

/** No secret: whoever can read an entry can make its digest. */
function isAsWritten(entry: Entry, sealed: string): boolean {
  return sha256Hex(entryText(entry)) === sealed
}

function sealFaults(seal: Seal, covered: readonly SealedEntry[]): Tampering[] {
  const { seq } = seal
  const digests = covered.map(({ digest }) => digest)
  const isAsSealed = sha256Hex(sealText(seal, digests)) === seal.hash
  const ofSeal: Tampering[] =
    isAsSealed && covered.length === seal.entries
      ? []
      : [{ seq, entryId: null, what: 'seal_changed' }]
  const ofEntries = covered.flatMap(({ entryId, digest, entry }): Tampering[] => {
    if (entry === null) return [{ seq, entryId, what: 'removed' }]
    return isAsWritten(entry, digest) ? [] : [{ seq, entryId, what: 'changed' }]
  })
  return [...ofSeal, ...ofEntries]
}
