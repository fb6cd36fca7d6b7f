import type { Clock } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'

/** Guessing codes: so many failures of one address in a minute, then 429 without asking WeChat. */
export const failuresMost = 30
/** Logins of one address under way at once, above its failures: guesses sent all at once. */
export const underWayMost = 100
const windowMs = 60_000
/** Addresses remembered at once; beyond that the oldest are forgotten. */
const addressesMost = 10_000

/** One login under way. `failed`: the code was wrong, as a guess would be. */
export interface Attempt {
  end(failed: boolean): void
}

interface Entry {
  readonly sinceMs: number
  readonly count: number
  readonly underWay: number
}

/**
 * Counts failed logins by address, in this process. Successful ones are not counted: many phones
 * behind one address may log in at the same time. Those under way are, because WeChat would have
 * been asked a thousand times before the first of a thousand parallel guesses has failed.
 */
export function failedLogins(clock: Clock): { begin(address: string): Attempt } {
  const seen = new Map<string, Entry>()
  const current = (address: string): Entry => {
    const entry = seen.get(address) ?? { sinceMs: clock.now(), count: 0, underWay: 0 }
    if (clock.now() - entry.sinceMs < windowMs) return entry
    return { sinceMs: clock.now(), count: 0, underWay: entry.underWay }
  }
  const put = (address: string, entry: Entry) => {
    seen.delete(address)
    if (entry.count > 0 || entry.underWay > 0) seen.set(address, entry)
    const oldest = seen.keys().next()
    if (seen.size > addressesMost && !oldest.done) seen.delete(oldest.value)
  }
  return {
    begin(address) {
      const entry = current(address)
      const { sinceMs, count, underWay } = entry
      if (count >= failuresMost || underWay >= underWayMost) {
        const leftMs = count >= failuresMost ? sinceMs + windowMs - clock.now() : 1000
        const headers = { 'retry-after': String(Math.ceil(leftMs / 1000)) }
        throw new Problem('rate_limited', { headers })
      }
      put(address, { ...entry, underWay: underWay + 1 })
      return {
        end(failed) {
          const last = current(address)
          const left = Math.max(0, last.underWay - 1)
          put(address, { ...last, underWay: left, count: last.count + (failed ? 1 : 0) })
        },
      }
    },
  }
}
