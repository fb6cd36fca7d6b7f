import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allShown, attacksPage, problemsOf, shownIn } from './attacks.ts'

const shown = allShown()

test('docs/attacks.md says what the tests show: npm run attacks -- --write', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/attacks.md'), 'utf8')
  expect(page).toBe(attacksPage(shown))
})

test('every attack of the list is shown, and money has its negative control', () => {
  expect(problemsOf(shown)).toEqual([])
  const missing = problemsOf(shown.filter(({ number }) => number !== 43 && number !== 2))
  expect(missing).toEqual(['A-2 is shown by no test', 'A-43 is shown by no test'])
  const uncontrolled = shown.filter(({ title }) => !title.startsWith('control: '))
  expect(problemsOf(uncontrolled)).toContain('A-47 is about money and has no negative control')
})

test('titles are read however they are written', () => {
  const text = `
    test('A-1 one', () => {})
    it("A-2 ★ another's", async () => {})
    test.each(table)('I-22 A-3 with %s', () => {})
    test('at the end (A-4)', () => {})
    // A-5 is no title
    test('none', () => expect('A-6').toBe('A-6'))`
  expect(shownIn('a.test.ts', text).map(({ number, title }) => [number, title])).toEqual([
    [1, 'one'],
    [2, "another's"],
    [3, 'with %s'],
    [4, 'at the end'],
  ])
})
