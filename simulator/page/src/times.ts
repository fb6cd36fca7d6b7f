// Times as people read them: Beijing's, whatever this machine's zone.
const ZONE = { timeZone: 'Asia/Shanghai', hourCycle: 'h23' } as const
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BEIJING_MS = 8 * HOUR_MS

/** "2026-11-23 10:24:00"; a text that is no time comes back as it is. */
export function momentText(at: string | number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return String(at)
  return date.toLocaleString('sv-SE', ZONE)
}

/** "10:24:00". */
export function timeText(at: string | number): string {
  return momentText(at).slice(11)
}

/** The hours and minutes that a phone shows. */
export function clockText(atMs: number): string {
  return atMs === 0 ? '9:41' : momentText(atMs).slice(11, 16)
}

/** "2 d 3 h 5 min", or seconds when it is less than a minute. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  // A day's advance takes a second or two of real time, which the offset lacks: not 23 h 59 min.
  const minutes = Math.round(seconds / 60)
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ]
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return shown.join(' ')
}

/** The next day's ten o'clock in Beijing, when the bills of yesterday are there. */
export function tenTomorrow(nowMs: number): string {
  const day = Math.floor((nowMs + BEIJING_MS) / DAY_MS) + 1
  return new Date(day * DAY_MS - BEIJING_MS + 10 * HOUR_MS).toISOString()
}
