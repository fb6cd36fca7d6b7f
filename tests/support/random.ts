import { createHash } from 'node:crypto'
import type { Random } from '../../server/ports/index.ts'

/** Chance that a seed repeats: a counter through SHA-256. */
export function seededRandom(seed = 'test'): Random {
  let count = 0
  const draw = () => {
    count += 1
    return createHash('sha256').update(`${seed}/${count}`).digest()
  }
  return {
    id: (kind) => `${kind}_${draw().toString('hex').slice(0, 26)}`,
    uuid: () => {
      const hex = draw().toString('hex')
      const tail = `4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${tail}`
    },
    bytes: (length) => {
      const parts = Array.from({ length: Math.ceil(length / 32) }, draw)
      return Buffer.concat(parts).subarray(0, length)
    },
  }
}
