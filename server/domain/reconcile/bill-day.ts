import { afterMs, beijingDate, type Instant, parseRfc3339 } from '@minitill/protocol/model'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A Beijing day, which is WeChat's day for bills: from `beginMs` to just before `endMs`. */
export interface BillDay {
  readonly date: string
  readonly beginMs: Instant
  readonly endMs: Instant
}

/** The day of this name; null for another shape and for days that the calendar does not have. */
export function billDay(date: string): BillDay | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  try {
    const beginMs = parseRfc3339(`${date}T00:00:00+08:00`)
    return { date, beginMs, endMs: afterMs(beginMs, day) }
  } catch {
    return null
  }
}

/** The day so many days later; negative: earlier. */
export function daysLater({ beginMs }: BillDay, days: number): BillDay {
  const begin = afterMs(beginMs, days * day)
  return { date: beijingDate(begin), beginMs: begin, endMs: afterMs(begin, day) }
}

/** The day that this instant is in. */
export function dayOf(at: Instant): BillDay {
  const found = billDay(beijingDate(at))
  if (found === null) throw new RangeError('an instant has its day')
  return found
}

/**
 * Clocks may differ by so much. What happened in a day's last minutes may stand in the bill of the
 * next, so that it is judged with that one.
 */
export const midnightMs = 10 * minute

/** From here on what happened belongs to the judgement of the next day. */
export function judgedUntil({ endMs }: BillDay): Instant {
  return afterMs(endMs, -midnightMs)
}

/** WeChat makes bills from nine on and says to ask after ten; five minutes are for its clock. */
const readyMs = 10 * hour + 5 * minute

/** When yesterday's bills are asked for: today, or tomorrow when that is over. */
export function nextRound(at: Instant): Instant {
  const { beginMs, endMs } = dayOf(at)
  const today = afterMs(beginMs, readyMs)
  return at < today ? today : afterMs(endMs, readyMs)
}

/** The last day whose bills can be there. */
export function lastBilled(at: Instant): BillDay {
  const today = dayOf(at)
  return daysLater(today, at < afterMs(today.beginMs, readyMs) ? -2 : -1)
}

/** WeChat keeps bills for three months; of older days nothing can be asked any more. */
export const mostDaysBack = 89

const retriesMs: readonly number[] = [30 * minute, 30 * minute, 30 * minute, hour, hour, 2 * hour]

/** After how many tries in vain a person is told. */
export const triesUntilTask = 5

/**
 * How often a day without a bill is asked for again while our own books have money on it:
 * WeChat says that this answer is final, and a bill that is not made yet gives the same.
 */
export const triesUntilEmpty = 3

/** When a bill that did not come, or was refused, is asked for again; null: not by itself any more. */
export function nextTry(tries: number, at: Instant): Instant | null {
  if (tries > 40) return null
  return afterMs(at, retriesMs[tries - 1] ?? 6 * hour)
}

/** So long a day waits for earlier ones after they were asked for: while bills are asked for often. */
export const waitsMs: number = retriesMs.reduce((sum, ms) => sum + ms, 0)

/** When a day looks again whether it may be judged after an earlier one, which may be `late`. */
export function nextLook(at: Instant, isLate: boolean): Instant {
  return afterMs(at, isLate ? 10 * minute : 2_000)
}
