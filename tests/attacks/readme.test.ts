import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = import.meta.dirname
const sorted = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => a - b)
const numbersIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((found) => Number(found[1]))

test('the table of attacks names the numbers that the tests show, in the file that shows them', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| A-(\d+)★? \| `([\w-]+\.test\.ts)` \|/gm)]
  const told = new Map(rows.map(([, number, file]) => [Number(number), file]))
  const shown = new Map<number, string>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.ts'))) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const number of numbersIn(text, /^test(?:\.each)?\(\s*['"`]A-(\d+)/gm)) {
      shown.set(number, file)
    }
  }
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(shown))
  expect(told.size).toBe(rows.length)
  expect(readme).toContain(`${told.size} of 92 numbers are shown here`)
  const all = sorted([...told.keys(), ...numbersIn(readme, /^\| A-(\d+)★? \|/gm)])
  expect(all).toEqual(Array.from({ length: 92 }, (_, index) => index + 1))
})
