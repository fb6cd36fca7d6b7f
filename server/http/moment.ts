import { type Instant, parseRfc3339 } from '@minitill/protocol/model'
import { z } from 'zod'
import { inBoth } from './validation.ts'

const day = /^\d{4}-\d{2}-\d{2}$/

/** A time of a query, RFC 3339; a date alone means a whole day in Beijing, as WeChat's bills do. */
function moment(ofDay: (date: string) => string) {
  return z
    .string()
    .max(40)
    .transform((text, context): Instant => {
      try {
        return parseRfc3339(day.test(text) ? ofDay(text) : text)
      } catch {
        const message = inBoth(
          'must be a date or a time like 2026-11-23T11:20:26+08:00 (write + as %2B)',
          '必须是日期，或形如 2026-11-23T11:20:26+08:00 的时间（+ 写作 %2B）',
        )
        context.addIssue({ code: 'custom', message })
        return z.NEVER
      }
    })
}

/** Up to and with this instant; of a date, its last millisecond. */
export const momentUntil = moment((date) => `${date}T23:59:59.999+08:00`)

/** From this instant on; of a date, its first. */
export const momentFrom = moment((date) => `${date}T00:00:00+08:00`)
