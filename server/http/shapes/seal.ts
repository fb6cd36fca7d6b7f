import { z } from 'zod'
import type { Seal } from '../../domain/seal.ts'

export const sealShape = z.object({
  seq: z.int(),
  previous_hash: z.string(),
  hash: z.string().describe('SHA-256; keep the newest elsewhere to prove later what was here.'),
  entries: z.int(),
  sealed_at: z.iso.datetime(),
})

export function showSeal(seal: Seal): z.output<typeof sealShape> {
  const { seq, previousHash, hash, entries, sealedAtMs } = seal
  const sealed_at = new Date(sealedAtMs).toISOString()
  return { seq, previous_hash: previousHash, hash, entries, sealed_at }
}
