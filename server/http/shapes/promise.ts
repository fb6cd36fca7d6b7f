import { z } from 'zod'
import { livePromises } from '../../domain/live-promise.ts'
import type { PromiseFile } from '../../flows/read-console.ts'

const time = z.iso.datetime().nullable()

export const promiseShape = z.object({
  id: z.string().describe('Its number in docs/invariants.md.'),
  text: z.object({ en: z.string(), zh: z.string() }),
  status: z.enum(['kept', 'broken', 'unchecked']),
  checked_at: time.describe('The last look.'),
  whole_at: time.describe('When the last pass over all rows ended; a big shop takes some looks.'),
  rows_checked: z.int().describe('In the last look.'),
  took_ms: z.int(),
  broken_since: time,
  broken_count: z.int(),
  broken: z
    .array(z.object({ subject: z.string(), why: z.string() }))
    .describe('The first few that break it.'),
})

/** A live promise with its words and what was found last. */
export function showPromise({ id, result }: PromiseFile): z.output<typeof promiseShape> {
  const status = result === null ? 'unchecked' : result.brokenCount === 0 ? 'kept' : 'broken'
  return {
    id,
    text: livePromises[id],
    status,
    checked_at: timeOf(result?.checkedAtMs),
    whole_at: timeOf(result?.wholeAtMs),
    rows_checked: result?.rowsChecked ?? 0,
    took_ms: result?.tookMs ?? 0,
    broken_since: timeOf(result?.brokenSinceMs),
    broken_count: result?.brokenCount ?? 0,
    broken: result === null ? [] : [...result.broken],
  }
}

function timeOf(atMs: number | null | undefined): string | null {
  return atMs == null ? null : new Date(atMs).toISOString()
}
