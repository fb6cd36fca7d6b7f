/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly __brand: 'Instant' }

/** The end of the year 9999: later instants have no RFC 3339 text. */
const LAST_MS = 253_402_300_799_999
const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000

/** Makes an instant from epoch milliseconds. RangeError unless a whole number in 1970…9999. */
export function instant(epochMs: number): Instant {
  if (!Number.isSafeInteger(epochMs) || epochMs < 0 || epochMs > LAST_MS) {
    throw new RangeError('an instant must be whole milliseconds between the years 1970 and 9999')
  }
  return (epochMs + 0) as Instant
}

/** The instant `durationMs` after (negative: before) another one. */
export function afterMs(start: Instant, durationMs: number): Instant {
  return instant(start + durationMs)
}

/** Whole seconds since the epoch, as WeChat signs them. */
export function epochSeconds(at: Instant): number {
  return Math.floor(at / 1000)
}

/** "2026-11-23T11:20:26+08:00": WeChat Pay's way to write a time. Parts of a second are cut off. */
export function rfc3339Beijing(at: Instant): string {
  return `${beijing(at).slice(0, 19)}+08:00`
}

/** "2026-11-23T11:20:26.120+08:00": the same with its milliseconds, as shipping information has it. */
export function rfc3339BeijingExact(at: Instant): string {
  return `${beijing(at).slice(0, 23)}+08:00`
}

/** "2026-11-23": the day in Beijing, which is WeChat's day for bills and limits. */
export function beijingDate(at: Instant): string {
  return beijing(at).slice(0, 10)
}

function beijing(at: Instant): string {
  // An ISO text of the shifted instant shows Beijing's wall clock; Beijing has no summer time.
  return new Date(Math.min(instant(at) + BEIJING_OFFSET_MS, LAST_MS)).toISOString()
}

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/

/**
 * Reads `yyyy-MM-DDTHH:mm:ss[.SSS]TZ` with TZ `Z` or `±hh:mm`. Throws RangeError for other shapes
 * and for days that the calendar does not have. Digits after milliseconds are cut off.
 */
export function parseRfc3339(text: string): Instant {
  const match = RFC3339.exec(text)
  if (match === null) {
    throw new RangeError('a time must be RFC 3339, like 2026-11-23T11:20:26+08:00')
  }
  const number = (index: number) => Number(match[index] ?? '0')
  const [year, month, day] = [number(1), number(2), number(3)]
  const [hour, minute, second] = [number(4), number(5), number(6)]
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = Number.isNaN(wallMs) ? '' : new Date(wallMs).toISOString().slice(0, 19)
  if (back !== text.slice(0, 19)) throw new RangeError('no such day or time of day')
  const [offsetHours, offsetMinutes] = [number(9), number(10)]
  if (offsetHours > 23 || offsetMinutes > 59) throw new RangeError('no such time zone offset')
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000
  const partMs = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  return instant(wallMs + partMs - (match[8] === '-' ? -offsetMs : offsetMs))
}
