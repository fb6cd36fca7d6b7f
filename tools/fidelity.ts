// Counts what docs/fidelity.md claims and refuses claims that nothing shows.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export type State = 'simulated' | 'approximate' | 'absent'

export interface Item {
  readonly id: string
  readonly state: State
  /** Test files that the row names. */
  readonly tests: readonly string[]
}

/** The numbers of the two checklists; gaps are theirs. */
export const WANTED: readonly string[] = [
  ...numbers('R', [1, 25], [30, 48], [50, 70], [80, 85], [90, 95]),
  ...numbers('M', [1, 70]),
]

function numbers(letter: string, ...ranges: readonly (readonly [number, number])[]): string[] {
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`),
  )
}

function isState(text: string): text is State {
  return ['simulated', 'approximate', 'absent'].includes(text)
}

/** The items of the page, in its order. */
export function itemsOf(page: string): readonly Item[] {
  return page.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    const [, id = '', , state = '', shown = ''] = cells
    if (!/^[RM]\d+$/.test(id) || !isState(state)) return []
    const tests = [...shown.matchAll(/`([\w./-]+\.test\.ts)`/g)].map((match) => match[1] ?? '')
    return [{ id, state, tests }]
  })
}

export type Count = Readonly<Record<State, number>>

export function countOf(items: readonly Item[], letter: string): Count {
  const of = (state: State) =>
    items.filter((item) => item.id.startsWith(letter) && item.state === state).length
  return { simulated: of('simulated'), approximate: of('approximate'), absent: of('absent') }
}

function testProblems(item: Item, read: (file: string) => string | null): readonly string[] {
  if (item.state === 'absent') return []
  if (item.tests.length === 0) return [`${item.id} is ${item.state} but names no test`]
  return item.tests.flatMap((file) => {
    const text = read(file)
    if (text === null) return [`${item.id} names ${file}, which does not exist`]
    const spoken = new RegExp(`\\b(?:it|test)\\([^\\n]*\\b${item.id}\\b`).test(
      text.replaceAll('(\n', '('),
    )
    return spoken ? [] : [`${item.id} names ${file}, where no test title has its number`]
  })
}

/** Everything that is wrong with the page; empty when its claims hold. */
export function problemsOf(page: string, read: (file: string) => string | null): readonly string[] {
  const items = itemsOf(page)
  const ids = items.map(({ id }) => id)
  const missing = WANTED.filter((id) => !ids.includes(id)).map((id) => `${id} is missing`)
  const strange = ids.filter((id) => !WANTED.includes(id)).map((id) => `${id} is in no checklist`)
  const twice = ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => `${id} is there twice`)
  const counted = ['R', 'M'].flatMap((letter) => {
    const { simulated, approximate, absent } = countOf(items, letter)
    const total = simulated + approximate + absent
    const row = `(${letter}) | ${simulated} | ${approximate} | ${absent} | ${total} |`
    return page.includes(row) ? [] : [`the count of ${letter} should be: ${row}`]
  })
  const untested = items.flatMap((item) => testProblems(item, read))
  return [...missing, ...strange, ...twice, ...counted, ...untested]
}

/** A file of the checkout; null when there is none. */
export function readFile(file: string): string | null {
  const path = join(root, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

/** The page with its table of counts set to what its rows say. */
export function recounted(page: string): string {
  return ['R', 'M'].reduce((text, letter) => {
    const { simulated, approximate, absent } = countOf(itemsOf(page), letter)
    const total = simulated + approximate + absent
    const row = new RegExp(`\\(${letter}\\) \\|[ \\d|]+\\|`)
    return text.replace(row, `(${letter}) | ${simulated} | ${approximate} | ${absent} | ${total} |`)
  }, page)
}

// `--write` sets the counts; all else is for a person to mend.
if (process.argv[1] === import.meta.filename) {
  const found = readFile('docs/fidelity.md') ?? ''
  const page = process.argv.includes('--write') ? recounted(found) : found
  if (page !== found) writeFileSync(join(root, 'docs/fidelity.md'), page)
  const problems = problemsOf(page, readFile)
  for (const letter of ['R', 'M']) {
    const { simulated, approximate, absent } = countOf(itemsOf(page), letter)
    const text = `${simulated} simulated, ${approximate} approximate, ${absent} absent`
    process.stdout.write(`${letter}: ${text}\n`)
  }
  for (const problem of problems) process.stderr.write(`docs/fidelity.md: ${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
