/**
 * H(seed, key, nth use of the key): chance without a stream, so that leaving out a person or a
 * fault leaves everybody else's draws alone. Making a failing run smaller depends on it.
 */
export class Draws {
  readonly #seed: number
  readonly #uses = new Map<string, number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** The next number in [0, 1) of this key. A key names one actor and one purpose. */
  unit(key: string): number {
    const nth = this.#uses.get(key) ?? 0
    this.#uses.set(key, nth + 1)
    return hash(this.#seed, key, nth) / 2 ** 32
  }

  /** A whole number from `from` to `to`, both included. */
  between(key: string, from: number, to: number): number {
    return from + Math.floor(this.unit(key) * (to - from + 1))
  }

  chance(key: string, probability: number): boolean {
    return this.unit(key) < probability
  }

  pick<T>(key: string, list: readonly T[]): T {
    const found = list[Math.floor(this.unit(key) * list.length)]
    if (found === undefined) throw new RangeError(`nothing to pick from for ${key}`)
    return found
  }

  bytes(key: string, count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.unit(key) * 256))
  }

  hex(key: string, length: number): string {
    return Buffer.from(this.bytes(key, Math.ceil(length / 2)))
      .toString('hex')
      .slice(0, length)
  }
}

/** 32 bits of a text and two numbers, mixed as MurmurHash does. */
function hash(seed: number, key: string, nth: number): number {
  let h = (seed ^ Math.imul(nth + 1, 0x9e3779b1)) | 0
  for (let at = 0; at < key.length; at += 1) {
    h = Math.imul(h ^ key.charCodeAt(at), 0x5bd1e995) ^ (h >>> 13)
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
