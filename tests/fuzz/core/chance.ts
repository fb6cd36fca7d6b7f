// Chance that a seed repeats, fast enough for millions of inputs.

export interface Chance {
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number
  /** Whether it happens, once in so many times. */
  oneIn(times: number): boolean
  pick<T>(list: readonly T[]): T
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
}

/** Marsaglia's xorshift of 32 bits, begun from a text. */
export function chanceOf(seed: string): Chance {
  let state = 0x9e3779b9
  for (const letter of seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  if (state === 0) state = 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  // The first draws after similar seeds are similar.
  for (let round = 0; round < 8; round += 1) next()
  const below = (bound: number) => next() % bound
  return {
    below,
    oneIn: (times) => below(times) === 0,
    between: (least, most) => least + below(most - least + 1),
    pick: (list) => {
      const found = list[below(list.length)]
      if (found === undefined && list.length === 0) throw new RangeError('nothing to pick from')
      return found as (typeof list)[number]
    },
  }
}
