import { instant, ModelError, parseAppid } from '@minitill/protocol/model'
import { z } from 'zod'
import type { SessionRecord } from '../../ports/index.ts'

const shape = z.strictObject({
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
  accountId: z.string().min(1).max(64),
  appid: z.string(),
  scope: z.enum(['person', 'operator']),
  generation: z.int().nonnegative(),
  createdAtMs: z.int().nonnegative(),
  lastSeenAtMs: z.int().nonnegative(),
  expiresAtMs: z.int().nonnegative(),
})

/**
 * What another store gave back, checked; null for anything that is not one of our records. `seen`
 * is the later "last seen", when there is one.
 */
export function readRecord(value: unknown, seen?: unknown): SessionRecord | null {
  const read = shape.safeParse(value)
  if (!read.success) return null
  const { data } = read
  try {
    return {
      ...data,
      appid: parseAppid(data.appid),
      createdAtMs: instant(data.createdAtMs),
      lastSeenAtMs: instant(Math.max(data.lastSeenAtMs, seenMs(seen))),
      expiresAtMs: instant(data.expiresAtMs),
    }
  } catch (error) {
    if (error instanceof ModelError || error instanceof RangeError) return null
    throw error
  }
}

function seenMs(seen: unknown): number {
  return typeof seen === 'number' && Number.isSafeInteger(seen) ? seen : 0
}
