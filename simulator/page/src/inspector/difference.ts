// Where two texts begin and cease to differ.

/** The part of a text between what it has in common with another at both ends. */
export interface Part {
  readonly before: string
  readonly own: string
  readonly after: string
}

/** Both texts with their common beginning and end split off. Letters are never cut in two. */
export function differenceOf(one: string, other: string): readonly [Part, Part] {
  const [a, b] = [[...one], [...other]]
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  const part = (letters: readonly string[]): Part => ({
    before: letters.slice(0, head).join(''),
    own: letters.slice(head, letters.length - tail).join(''),
    after: letters.slice(letters.length - tail).join(''),
  })
  return [part(a), part(b)]
}
