// Reading JSON of unknown shape, a field at a time.
export type Fields = Record<string, unknown>

/** The value as an object; an empty one when it is none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value : fallback
}

export function numberOf(value: unknown, fallback = 0): number {
  return typeof value === 'number' ? value : fallback
}

/** Fen as yuan, by text and never by floating point: 1234 is "12.34". */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Yuan as people type them, in fen; null for what is no amount. Up to ten thousand million yuan. */
export function fenOf(text: string): number | null {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(
    text.trim().replace(/^¥/, '').replaceAll(',', ''),
  )
  if (match === null) return null
  return Number(`${match[1] ?? ''}${(match[2] ?? '').padEnd(2, '0')}`)
}
