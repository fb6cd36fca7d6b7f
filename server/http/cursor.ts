import { Problem } from './errors.ts'

/**
 * A cursor is where the next page begins, as base64url of JSON: opaque to callers, and only of the
 * shape that `parse` accepts (null otherwise), so that nothing in it can reach SQL unparsed.
 */
export function readCursor<T>(
  cursor: string | undefined,
  parse: (value: unknown) => T | null,
): T | null {
  if (cursor === undefined) return null
  const place = parse(decoded(cursor))
  if (place === null) {
    const message = {
      en: 'is not a cursor of this list; start again without it',
      zh: '不是本列表的游标，请去掉后重新查询',
    }
    throw new Problem('invalid_request', { errors: [{ field: 'query.cursor', message }] })
  }
  return place
}

/** The cursor after the last row of a full page. */
export function writeCursor(place: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The end of the year 9999, after which there are no instants. */
const lastInstantMs = 253_402_300_799_999

/** For lists that are newest first. */
export function newestFirst(value: unknown): { createdAtMs: number; id: string } | null {
  const place = value as { at?: unknown; id?: unknown } | null
  if (typeof place !== 'object' || place === null) return null
  const { at, id } = place
  if (!Number.isSafeInteger(at) || Number(at) < 0 || Number(at) > lastInstantMs) return null
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? { createdAtMs: Number(at), id } : null
}

/** For lists that are numbered 1, 2, 3 … */
export function numbered(value: unknown): number | null {
  const seq = (value as { seq?: unknown } | null)?.seq
  return Number.isSafeInteger(seq) && Number(seq) >= 1 ? Number(seq) : null
}

/** For products, which have a position in the shop. */
export function inShopOrder(value: unknown): { position: number; id: string } | null {
  const given = value as { position?: unknown; id?: unknown } | null
  if (typeof given !== 'object' || given === null) return null
  const { position, id } = given
  if (!Number.isSafeInteger(position) || typeof id !== 'string') return null
  return /^[\w-]{1,64}$/.test(id) ? { position: Number(position), id } : null
}

/** For days of merchants, newest day first. */
export function byDay(value: unknown): { date: string; mchid: string } | null {
  const given = value as { date?: unknown; mchid?: unknown } | null
  if (typeof given !== 'object' || given === null) return null
  const { date, mchid } = given
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  return typeof mchid === 'string' && /^\d{1,32}$/.test(mchid) ? { date, mchid } : null
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
