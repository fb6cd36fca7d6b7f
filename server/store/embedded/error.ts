/**
 * Why the embedded PostgreSQL is not available. The message is the one clear line for the person:
 * what is wrong and what to do. `heldBy` is set when another process owns the database.
 */
export class EmbeddedError extends Error {
  readonly heldBy: string | null

  constructor(message: string, heldBy: string | null = null) {
    super(message)
    this.name = 'EmbeddedError'
    this.heldBy = heldBy
  }
}

/** The code of a system error (`ENOENT`, `EACCES`, …), or an empty string. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
