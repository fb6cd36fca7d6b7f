// Makes docs/attacks.md from the titles of the tests: which attack is shown where, and which has a
// negative control. `--write` writes it; a test compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stars, withoutControl } from './attacks/stars.ts'

const root = join(import.meta.dirname, '..')
const page = 'docs/attacks.md'

/** The attacks of the list that this product was designed against; ours come after it. */
export const LISTED = 92

export interface Shown {
  readonly number: number
  readonly file: string
  readonly title: string
}

function testFiles(): string[] {
  const rooms = ['protocol', 'server', 'simulator', 'kit', 'tests', 'tools']
  return rooms
    .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => file.endsWith('.test.ts') && !/node_modules|^tools\/attacks/.test(file))
    .sort()
}

const title =
  /\b(?:test|it)(?:\.each\([\s\S]{0,400}?\))?\(\s*(["'`])((?:(?!\1).|\\.)*?A-\d+(?:(?!\1).|\\.)*)\1/g

/** The attacks that the tests of a file name in their titles, in their order. */
export function shownIn(file: string, text: string): Shown[] {
  return [...text.matchAll(title)].flatMap(([, , words = '']) =>
    [...new Set(words.match(/\bA-\d+\b/g) ?? [])].map((name) => ({
      number: Number(name.slice(2)),
      file,
      title: plain(words),
    })),
  )
}

/** A title without its numbers and marks. */
function plain(words: string): string {
  return words
    .replaceAll(/\\(['"`])/g, '$1')
    .replaceAll(/\s*\((?:A-\d+[, ]*)+\)/g, '')
    .replaceAll(/^(?:[AI]-\d+[ ,]*)+(?:★ )?/g, '')
    .replaceAll('|', '\\|')
}

export function allShown(): Shown[] {
  return testFiles().flatMap((file) => shownIn(file, readFileSync(join(root, file), 'utf8')))
}

/** Everything that does not fit together; empty when the page can be believed. */
export function problemsOf(shown: readonly Shown[]): string[] {
  const numbers = new Set(shown.map(({ number }) => number))
  const controlled = new Set(shown.filter(isControl).map(({ number }) => number))
  const listed = Array.from({ length: LISTED }, (_, index) => index + 1)
  return [
    ...listed
      .filter((number) => !numbers.has(number))
      .map((number) => `A-${number} is shown by no test`),
    ...stars
      .filter((number) => numbers.has(number) && !controlled.has(number))
      .filter((number) => withoutControl[number] === undefined)
      .map((number) => `A-${number} is about money and has no negative control`),
  ]
}

const isControl = ({ title: words }: Shown): boolean => words.startsWith('control: ')

function row(number: number, shown: readonly Shown[]): string {
  const here = shown.filter((one) => one.number === number)
  const attacks = here.filter((one) => !isControl(one))
  const files = [...new Set(attacks.map(({ file }) => `\`${file}\``))].join(', ')
  const words = [...new Set(attacks.map((one) => one.title))].join('; ')
  const control = here.find(isControl)?.title.slice('control: '.length)
  const star = stars.includes(number) ? '★' : ''
  const why = star === '' ? '' : (withoutControl[number] ?? '')
  return `| A-${number}${star} | ${words} | ${files} | ${control ?? why} |`
}

/** The page's text. */
export function attacksPage(shown: readonly Shown[]): string {
  const numbers = [...new Set(shown.map(({ number }) => number))].sort((a, b) => a - b)
  const listed = numbers.filter((number) => number <= LISTED)
  const controls = new Set(shown.filter(isControl).map(({ number }) => number))
  const table = (rows: readonly string[]) =>
    ['| Number | What is shown | Where | Negative control |', '|---|---|---|---|', ...rows].join(
      '\n',
    )
  const rows = (some: readonly number[]) => some.map((number) => row(number, shown))
  const ours = numbers.length - listed.length
  return `# Attacks

Made from the titles of the tests by \`npm run attacks -- --write\`; a test compares. Each attack is a test
whose title has its number: \`npm run test:attack -- A-43\` runs one. ★ marks attacks on money. A negative
control makes the attack once more with its guard taken away, and then it must succeed
(\`tests/controls/\`).

**${listed.length} of the ${LISTED} attacks of our list are shown, ${ours} more are our own,
${controls.size} have a negative control.**

## The list

${table(rows(listed))}

## What we tried ourselves

${table(rows(numbers.filter((number) => number > LISTED)))}
`
}

if (process.argv[1] === import.meta.filename) {
  const shown = allShown()
  const problems = problemsOf(shown)
  const text = attacksPage(shown)
  if (process.argv.includes('--write')) writeFileSync(join(root, page), text)
  else if (readFileSync(join(root, page), 'utf8') !== text) {
    problems.push(`${page} is not what the tests say: npm run attacks -- --write`)
  }
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
