// All orders of some pieces of evidence, without walking each by itself: two orders of the same
// pieces that led to the same state go on together from there, and are counted as two.

export interface Walk<State, Piece> {
  readonly start: State
  readonly pieces: readonly Piece[]
  /** At most so many different pieces in one sequence. */
  readonly most: number
  /** At most so many copies beyond the first of each, all pieces together. */
  readonly copies: number
  /** Pure: the same state and piece give the same state, so that each pair is decided once. */
  readonly step: (state: State, piece: Piece) => State
  /** Everything that a later step looks at. */
  readonly key: (state: State) => string
  /** What must not depend on the order. */
  readonly end: (state: State) => string
}

export interface Walked {
  /** Sequences of one piece or more that were walked. */
  readonly sequences: bigint
  /** Pairs of a state and a piece that were decided for them. */
  readonly decisions: number
  /** Pieces whose order matters, with the ends that they lead to; empty when none does. */
  readonly differing: readonly { readonly counts: string; readonly ends: readonly string[] }[]
}

/** States by number, each met and decided once. */
class States<State, Piece> {
  readonly #walk: Walk<State, Piece>
  readonly #known: State[] = []
  readonly #numbers = new Map<string, number>()
  readonly #steps = new Map<string, number>()
  readonly #ends = new Map<number, string>()

  constructor(walk: Walk<State, Piece>) {
    this.#walk = walk
  }

  get decisions(): number {
    return this.#steps.size
  }

  number(state: State): number {
    const key = this.#walk.key(state)
    const found = this.#numbers.get(key)
    if (found !== undefined) return found
    this.#known.push(state)
    this.#numbers.set(key, this.#known.length - 1)
    return this.#known.length - 1
  }

  after(number: number, index: number): number {
    const pair = `${number}/${index}`
    const found = this.#steps.get(pair)
    if (found !== undefined) return found
    const next = this.number(this.#walk.step(this.#at(number), this.#walk.pieces[index] as Piece))
    this.#steps.set(pair, next)
    return next
  }

  end(number: number): string {
    const found = this.#ends.get(number) ?? this.#walk.end(this.#at(number))
    this.#ends.set(number, found)
    return found
  }

  #at(number: number): State {
    return this.#known[number] as State
  }
}

/** How many sequences of the same pieces (their counts are the key) reached which states. */
type Level = Map<string, Map<number, bigint>>

/** Walks every sequence, the shorter ones first. */
export function walkAll<State, Piece>(walk: Walk<State, Piece>): Walked {
  const states = new States(walk)
  const none = walk.pieces.map(() => 0).join()
  let level: Level = new Map([[none, new Map([[states.number(walk.start), 1n]])]])
  let sequences = 0n
  const differing: Array<Walked['differing'][number]> = []
  while (level.size > 0) {
    const next: Level = new Map()
    for (const [counts, reached] of level) grow(walk, states, counts, reached, next)
    for (const [counts, reached] of next) {
      const ends = new Set([...reached.keys()].map((number) => states.end(number)))
      if (ends.size > 1 && differing.length === 0) differing.push({ counts, ends: [...ends] })
      for (const count of reached.values()) sequences += count
    }
    level = next
  }
  return { sequences, decisions: states.decisions, differing }
}

/** Adds one more piece to every sequence that reached these states. */
function grow<State, Piece>(
  { pieces, most, copies }: Walk<State, Piece>,
  states: States<State, Piece>,
  counts: string,
  reached: ReadonlyMap<number, bigint>,
  next: Level,
): void {
  const numbers = counts.split(',').map(Number)
  for (const index of pieces.keys()) {
    const more = numbers.with(index, (numbers[index] ?? 0) + 1)
    const different = more.filter((count) => count > 0).length
    const length = more.reduce((sum, count) => sum + count, 0)
    if (different > most || length - different > copies) continue
    const place = more.join()
    const there = next.get(place) ?? new Map<number, bigint>()
    next.set(place, there)
    for (const [number, count] of reached) {
      const after = states.after(number, index)
      there.set(after, (there.get(after) ?? 0n) + count)
    }
  }
}
