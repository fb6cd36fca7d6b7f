// Which day a bill is about and whether it may be asked for (wechat-pay.md §8.1, R80). WeChat's day
// is Beijing's: from midnight to midnight at UTC+8.
import { beijingDate, type Instant, instant, parseRfc3339 } from '@minitill/protocol/model'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const MONTHS_BACK = 3

export interface BillDay {
  /** yyyy-MM-dd. */
  readonly date: string
  readonly beginMs: number
  /** The next day's first millisecond. */
  readonly endMs: number
}

/** A Beijing day by its name; null for a text of another shape or a day that no calendar has. */
export function billDay(text: string): BillDay | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  try {
    const beginMs = parseRfc3339(`${text}T00:00:00+08:00`)
    return { date: text, beginMs, endMs: beginMs + DAY_MS }
  } catch {
    return null
  }
}

/** From here on a day's bill is finished: what happens later does not change it any more. */
export function frozenAtMs(day: BillDay, readyHour: number): number {
  // Bills are made from 9:00 on; a switch that has them earlier freezes them earlier too.
  return day.endMs + Math.min(9, readyHour) * HOUR_MS
}

export type Timing = 'not_over' | 'too_old' | 'creating' | 'ready'

/** Whether a day's bill can be had now: not today's, at most three months old, after 10:00. */
export function timingOf(day: BillDay, nowMs: number, readyHour: number): Timing {
  if (nowMs < day.endMs) return 'not_over'
  if (day.date < monthsBefore(instant(nowMs))) return 'too_old'
  return nowMs < day.endMs + readyHour * HOUR_MS ? 'creating' : 'ready'
}

/** The same day of the month three months ago; its last day when it had fewer. */
function monthsBefore(now: Instant): string {
  const [year = 0, month = 0, day = 0] = beijingDate(now).split('-').map(Number)
  const months = year * 12 + (month - 1) - MONTHS_BACK
  const [back, of] = [Math.floor(months / 12), (months % 12) + 1]
  const last = [31, isLeap(back) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][of - 1] ?? 31
  return [back, of, Math.min(day, last)].map((part) => String(part).padStart(2, '0')).join('-')
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}
