import { afterMs, type Instant } from '@minitill/protocol/model'

const second = 1_000
const minute = 60 * second

/**
 * When WeChat is asked about an unpaid payment, counted from the hand-out of the five fields: the
 * first look after 5 s (10 s are promised), then WeChat's own advice (查单实现指引).
 */
export const askAfterMs: readonly number[] = [
  5 * second,
  30 * second,
  minute,
  3 * minute,
  5 * minute,
  10 * minute,
  30 * minute,
]

const everMs = 30 * minute

/** The first moment of the rhythm that is later than `at`; after the list, every 30 minutes. */
export function nextAsk(startedAt: Instant, at: Instant): Instant {
  const elapsedMs = at - startedAt
  const next = askAfterMs.find((ms) => ms > elapsedMs)
  if (next !== undefined) return afterMs(startedAt, next)
  return afterMs(startedAt, (Math.floor(elapsedMs / everMs) + 1) * everMs)
}

/**
 * Whether handing the five fields out again starts the rhythm anew. Within the first step the first
 * look is still to come, so the running chain keeps the promise of 10 s; later it may be half an
 * hour away. A restart replaces the chain: there is one at any time.
 */
export function restartsRhythm(startedAt: Instant | null, at: Instant): boolean {
  return startedAt === null || at - startedAt >= 5 * second
}

const closeEveryMs = 30 * second
const fortnightMs = 14 * 24 * 60 * minute

/**
 * When a close that WeChat has not confirmed is tried again: each half minute while the order may
 * be paid, then in the rhythm of asking. null: WeChat closes by itself what is a week old, so that
 * doubt after a fortnight is for a person.
 */
export function nextClose(expiresAt: Instant, at: Instant): Instant | null {
  if (at < expiresAt) return afterMs(at, closeEveryMs)
  return at - expiresAt > fortnightMs ? null : nextAsk(expiresAt, at)
}

/** prepay_id lives two hours; five minutes are left for the person to type a password. */
const prepayIdUsableMs = 115 * minute

/** Whether a prepay_id may still be handed out. */
export function isPrepayIdFresh(prepaidAt: Instant | null, at: Instant): boolean {
  return prepaidAt !== null && at - prepaidAt < prepayIdUsableMs
}

/** Platform certificates are fetched at the start of every period; WeChat asks for under 12 hours. */
export const keyPeriodMs = 6 * 60 * minute
