import { afterMs, type Instant } from '@minitill/protocol/model'
import { type Refund, startedAt } from './refund.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** WeChat wants so much time between two refund requests of one order (§7.2). */
export const sendGapMs = minute

/** WeChat's own advice for asking about a refund: gaps of 1, 5, 10, 20, 30 minutes (§7.4). */
const askAfterMs = [1, 6, 16, 36, 66].map((minutes) => minutes * minute)

/** A person should know by then that a refund takes long; asking goes on. */
export const slowAfterMs = 3 * day
const hopelessAfterMs = 60 * day

/**
 * When WeChat is asked next about a refund that it accepted: its rhythm, half-hourly for a day,
 * then four times a day, because a bank may take days. null: two months are for a person.
 */
export function nextRefundAsk(startedAt: Instant, at: Instant): Instant | null {
  const elapsedMs = at - startedAt
  if (elapsedMs > hopelessAfterMs) return null
  const next = askAfterMs.find((ms) => ms > elapsedMs)
  if (next !== undefined) return afterMs(startedAt, next)
  return afterMs(at, elapsedMs < day ? 30 * minute : 6 * hour)
}

const resendAfterMs = [1, 5, 10, 20, 30].map((minutes) => minutes * minute)

/** When a request that WeChat does not know yet is sent again, unchanged; null after two months. */
export function nextRefundSend(
  refund: Pick<Refund, 'createdAtMs' | 'decidedAtMs' | 'sentCount'>,
  at: Instant,
): Instant | null {
  if (at - startedAt(refund) > hopelessAfterMs) return null
  const last = resendAfterMs.length - 1
  return afterMs(at, resendAfterMs[Math.min(Math.max(refund.sentCount - 1, 0), last)] ?? minute)
}

/** In-flight calls are over by then: after it "WeChat does not know it" is the last word. */
export const quietMs = minute
