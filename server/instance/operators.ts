import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../config.ts'

/** Who may operate this instance: one operator for each key. */
export interface Operators {
  readonly ids: readonly string[]
  /** Whose key this is; null when it is nobody's. */
  ofKey(presented: string): string | null
}

/**
 * The operators of these keys. An id names a key without telling it, so that whoever rotates a key
 * ends every console session of the old one. Both sides are hashed before they are compared, and
 * every key is, so that the time tells neither the length nor whose key it was.
 */
export function operatorsOf(keys: readonly Secret<string>[]): Operators {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  const known = keys.map((key) => ({
    wanted: digest(key.reveal()),
    id: `operator_${digest(`minitill-operator:${key.reveal()}`).toString('hex').slice(0, 32)}`,
  }))
  return {
    ids: known.map(({ id }) => id),
    ofKey: (presented) => {
      const given = digest(presented)
      const found = known.filter(({ wanted }) => timingSafeEqual(given, wanted))
      return found[0]?.id ?? null
    },
  }
}
