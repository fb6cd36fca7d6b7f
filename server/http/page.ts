import { z } from 'zod'
import { inBoth } from './validation.ts'

/** `?limit=1..100&cursor=` of every list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, { error: inBoth('must be 1 to 100', '必须是 1 到 100') })
    .transform(Number)
    .refine((n) => n >= 1 && n <= 100, { error: inBoth('must be 1 to 100', '必须是 1 到 100') })
    .default(20)
    .describe('How many at most, 1 to 100.'),
  cursor: z.string().min(1).max(512).optional().describe('next_cursor of the page before.'),
}

/** `?mchid=&appid=` of lists whose rows belong to a merchant and an app. */
export const partyQuery = {
  mchid: z
    .string()
    .regex(/^[0-9]{1,32}$/)
    .optional()
    .describe('Only of this merchant.'),
  appid: z
    .string()
    .regex(/^[0-9A-Za-z]{1,64}$/)
    .optional()
    .describe('Only of this app.'),
}

/** `{data, next_cursor}` of these rows; ask the store for one more than the limit. */
export function pageOf<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Shown,
  cursorOf: (row: Row) => string,
): { data: Shown[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(show),
    next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  }
}
