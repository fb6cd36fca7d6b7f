import { afterMs } from '@minitill/protocol/model'
import { entriesPerSeal, entryText, firstHash, type Seal, sealText } from '../domain/seal.ts'
import type { JobResult, Ports } from '../ports/index.ts'
import { sha256Hex } from './hash.ts'
import { commit } from './phase.ts'

const everyMs = 60_000
/** So many seals in one go; the rest comes at once after, so that a lease is long enough. */
const sealsPerRun = 100

/**
 * Seals what was booked since the last time, batch by batch, each in its own transaction. Writers
 * of entries never wait for it, nor for one another: they leave a row that says "not sealed", and
 * only the sealer takes these rows and knows the head of the chain. Of two sealers at once one
 * loses the number and comes again. A crash leaves entries unsealed until the job's next delivery.
 */
export async function sealLedger(
  ports: Pick<Ports, 'store' | 'points' | 'clock' | 'log'>,
): Promise<JobResult> {
  for (let made = 0; made < sealsPerRun; made += 1) {
    const seal = await sealBatch(ports)
    if (seal === null) return { again: afterMs(ports.clock.now(), everyMs) }
    // Whoever keeps this line elsewhere can prove later that nobody rewrote the chain up to here.
    const { seq, hash, entries } = seal
    ports.log.info({ seq, hash, entries }, 'ledger sealed')
  }
  return { again: ports.clock.now() }
}

async function sealBatch(ports: Pick<Ports, 'store' | 'points' | 'clock'>): Promise<Seal | null> {
  return await commit(ports, 'seal-ledger/seal', async (tx) => {
    const entries = await tx.seals.take(entriesPerSeal)
    if (entries.length === 0) return null
    const head = await tx.seals.head()
    const sealed = entries.map((entry) => ({
      entryId: entry.id,
      digest: sha256Hex(entryText(entry)),
    }))
    const place = {
      seq: (head?.seq ?? 0) + 1,
      previousHash: head?.hash ?? firstHash,
      sealedAtMs: ports.clock.now(),
    }
    const digests = sealed.map(({ digest }) => digest)
    const hash = sha256Hex(sealText(place, digests))
    const seal = { ...place, hash, entries: entries.length }
    await tx.seals.add(seal, sealed)
    return seal
  })
}
