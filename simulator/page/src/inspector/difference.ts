// What two texts have in common, and what each has of its own: character by character.

/** A stretch of a text; `own` when the other text lacks it at this place. */
export interface Piece {
  readonly text: string
  readonly own: boolean
}

/** Beyond so many differing characters the texts are told apart at both ends only. */
const MOST_EDITS = 300

/** Both texts in pieces. Letters are never cut in two. */
export function differenceOf(one: string, other: string): readonly [Piece[], Piece[]] {
  const [a, b] = [[...one], [...other]]
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  const inner = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)] as const
  const common = commonOf(...inner)
  const piecesOf = (letters: readonly string[], own: readonly string[], shared: Set<number>) => {
    const flags = own.map((_letter, index) => !shared.has(index))
    const same = (count: number) => Array.from({ length: count }, () => false)
    return joined(letters, [...same(head), ...flags, ...same(tail)])
  }
  return [piecesOf(a, inner[0], common.one), piecesOf(b, inner[1], common.other)]
}

function joined(letters: readonly string[], own: readonly boolean[]): Piece[] {
  const pieces: Piece[] = []
  for (const [index, letter] of letters.entries()) {
    const last = pieces.at(-1)
    const mine = own[index] === true
    if (last?.own === mine) pieces[pieces.length - 1] = { text: last.text + letter, own: mine }
    else pieces.push({ text: letter, own: mine })
  }
  return pieces
}

interface Common {
  /** Places in each text that belong to both. */
  readonly one: Set<number>
  readonly other: Set<number>
}

/** A longest common subsequence, by E. Myers' greedy search for the shortest edit. */
function commonOf(a: readonly string[], b: readonly string[]): Common {
  const reached: Map<number, number>[] = []
  const furthest = new Map<number, number>([[1, 0]])
  for (let edits = 0; edits <= MOST_EDITS; edits += 1) {
    reached.push(new Map(furthest))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(furthest, diagonal, edits)
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      furthest.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return walkedBack(a, b, reached)
    }
  }
  return { one: new Set(), other: new Set() }
}

function comesFromAbove(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number) {
  const [left = -1, above = -1] = [furthest.get(diagonal - 1), furthest.get(diagonal + 1)]
  return diagonal === -edits || (diagonal !== edits && left < above)
}

function startOf(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  return comesFromAbove(furthest, diagonal, edits)
    ? (furthest.get(diagonal + 1) ?? 0)
    : (furthest.get(diagonal - 1) ?? 0) + 1
}

function walkedBack(
  a: readonly string[],
  b: readonly string[],
  reached: readonly ReadonlyMap<number, number>[],
): Common {
  const common: Common = { one: new Set(), other: new Set() }
  let [x, y] = [a.length, b.length]
  for (let edits = reached.length - 1; edits >= 0; edits -= 1) {
    const furthest = reached[edits] ?? new Map<number, number>()
    const diagonal = x - y
    const before = diagonal + (comesFromAbove(furthest, diagonal, edits) ? 1 : -1)
    const fromX = edits === 0 ? 0 : (furthest.get(before) ?? 0)
    const fromY = edits === 0 ? 0 : fromX - before
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      common.one.add(x)
      common.other.add(y)
    }
    x = fromX
    y = fromY
  }
  return common
}
