// Two texts letter by letter: the shortest way from one to the other (Myers 1986), within bounds.
import type { Segment } from '../api/wire.ts'

/** Steps apart at most; texts that differ in more are shown as two whole middles. */
const MOST_APART = 250
const LONGEST_SEGMENT = 400
const MOST_SEGMENTS = 200

type Kind = Segment['kind']

/** The letters that are the same at the beginning. */
function commonHead(a: readonly string[], b: readonly string[]): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1
  return at
}

/** Furthest x on each diagonal for each number of steps; null when more steps are needed. */
function forwards(a: readonly string[], b: readonly string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = []
  let last = new Map([[1, 0]])
  for (let steps = 0; steps <= MOST_APART; steps += 1) {
    const row = new Map<number, number>()
    for (let k = -steps; k <= steps; k += 2) {
      let x = started(last, k, steps)
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      row.set(k, x)
      if (x >= a.length && x - k >= b.length) return [...trace, row]
    }
    trace.push(row)
    last = row
  }
  return null
}

function isDown(last: ReadonlyMap<number, number>, k: number, steps: number): boolean {
  return k === -steps || (k !== steps && (last.get(k - 1) ?? -1) < (last.get(k + 1) ?? -1))
}

function started(last: ReadonlyMap<number, number>, k: number, steps: number): number {
  return isDown(last, k, steps) ? (last.get(k + 1) ?? 0) : (last.get(k - 1) ?? 0) + 1
}

/** The kinds of letters in order, read off the trace from its end. */
function kindsOf(trace: readonly Map<number, number>[], a: number, b: number): readonly Kind[] {
  const kinds: Kind[] = []
  let [x, y] = [a, b]
  for (let steps = trace.length - 1; steps > 0; steps -= 1) {
    const last = trace[steps - 1] ?? new Map<number, number>()
    const k = x - y
    const down = isDown(last, k, steps)
    const begin = started(last, k, steps)
    for (; x > begin; x -= 1) kinds.push('same')
    kinds.push(down ? 'received' : 'expected')
    x = down ? begin : begin - 1
    y = x - (down ? k + 1 : k - 1)
  }
  for (; x > 0; x -= 1) kinds.push('same')
  return kinds.reverse()
}

function middle(a: readonly string[], b: readonly string[]): readonly Segment[] {
  const trace = forwards(a, b)
  if (trace === null) {
    return [
      { kind: 'expected', text: a.join('') },
      { kind: 'received', text: b.join('') },
    ]
  }
  let [x, y] = [0, 0]
  return kindsOf(trace, a.length, b.length).map((kind) => {
    const text = (kind === 'received' ? b[y] : a[x]) ?? ''
    if (kind !== 'received') x += 1
    if (kind !== 'expected') y += 1
    return { kind, text }
  })
}

/** Its beginning and its end, when it is long: letters are never cut in two. */
function folded(text: string): string {
  const letters = [...text]
  if (letters.length <= LONGEST_SEGMENT) return text
  const half = LONGEST_SEGMENT / 2
  return `${letters.slice(0, half).join('')}…${letters.slice(-half).join('')}`
}

function joined(pieces: readonly Segment[]): readonly Segment[] {
  const whole: Segment[] = []
  for (const { kind, text } of pieces) {
    const last = whole.at(-1)
    if (text === '') continue
    if (last?.kind === kind) whole[whole.length - 1] = { kind, text: last.text + text }
    else whole.push({ kind, text })
  }
  return whole
}

/** What two texts have in common and where they differ; long pieces folded to `…`. */
export function difference(expected: string, received: string): readonly Segment[] {
  const [a, b] = [[...expected], [...received]]
  const head = commonHead(a, b)
  const tail = commonHead(a.slice(head).reverse(), b.slice(head).reverse())
  const pieces: readonly Segment[] = [
    { kind: 'same', text: a.slice(0, head).join('') },
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    { kind: 'same', text: a.slice(a.length - tail).join('') },
  ]
  const all = joined(pieces)
  return all.slice(0, MOST_SEGMENTS).map(({ kind, text }) => ({ kind, text: folded(text) }))
}
