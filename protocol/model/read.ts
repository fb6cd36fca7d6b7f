import { ModelError } from './model-error.ts'
import { type Fen, fen } from './money.ts'
import { type Instant, parseRfc3339 } from './time.ts'

/** An object of a parsed JSON text, nothing known about its fields yet. */
export type Fields = Readonly<Record<string, unknown>>

/** The value as an object, or ModelError. Arrays are not objects here. */
export function fieldsOf(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ModelError(field, 'must be a JSON object')
  }
  return value as Fields
}

/**
 * A field's own value; absent and `null` alike give undefined. WeChat says that nulls do not occur,
 * and older pages say that they mean absent.
 */
export function fieldOf(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? (fields[key] ?? undefined) : undefined
}

/** A string field of at most `most` characters; absent is an error. */
export function textOf(fields: Fields, key: string, most = 1_048_576): string {
  const value = optionalTextOf(fields, key, most)
  if (value === undefined) throw new ModelError(key, 'is missing')
  return value
}

/** A string field of at most `most` characters, or undefined. */
export function optionalTextOf(fields: Fields, key: string, most = 1_048_576): string | undefined {
  const value = fieldOf(fields, key)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw new ModelError(key, 'must be a string')
  if (value.length > most) throw new ModelError(key, `must have at most ${most} characters`)
  return storable(value)
}

/**
 * The text without what no database keeps: U+0000, and halves of pairs, which also come from
 * cutting a text. Replaced and not refused: a cut emoji in a name must not stop a payment.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd')
}

/** A whole number, or ModelError. */
export function integerOf(fields: Fields, key: string): number {
  const value = fieldOf(fields, key)
  if (value === undefined) throw new ModelError(key, 'is missing')
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new ModelError(key, 'must be a whole number')
  }
  return value
}

/** An amount in fen, or ModelError. */
export function fenOf(fields: Fields, key: string): Fen {
  const value = integerOf(fields, key)
  if (value < 0) throw new ModelError(key, 'must be zero or more')
  return fen(value)
}

/** An amount in fen, or undefined when the field is absent. */
export function optionalFenOf(fields: Fields, key: string): Fen | undefined {
  return fieldOf(fields, key) === undefined ? undefined : fenOf(fields, key)
}

/** An RFC 3339 time, or undefined when the field is absent or empty. */
export function optionalInstantOf(fields: Fields, key: string): Instant | undefined {
  const text = optionalTextOf(fields, key, 64)
  if (text === undefined || text === '') return undefined
  try {
    return parseRfc3339(text)
  } catch {
    throw new ModelError(key, 'must be an RFC 3339 time')
  }
}

/** `parse` for a field that may be absent; an empty string counts as absent. */
export function optionalIdOf<T>(
  fields: Fields,
  key: string,
  parse: (value: unknown) => T,
): T | undefined {
  const value = fieldOf(fields, key)
  return value === undefined || value === '' ? undefined : parse(value)
}

/** The object without its undefined fields, so that absent stays absent. */
export function present<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as T
}
