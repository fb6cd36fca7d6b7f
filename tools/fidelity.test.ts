import { expect, it } from 'vitest'
import { countOf, itemsOf, problemsOf, readFile, WANTED } from './fidelity.ts'

const page = readFile('docs/fidelity.md') ?? ''

it('docs/fidelity.md has every item of both checklists, and every claim has its test', () => {
  expect(problemsOf(page, readFile)).toEqual([])
  expect(itemsOf(page)).toHaveLength(WANTED.length)
})

it('a missing item, a doubled one, a wrong count and a test that is not there are told', () => {
  const without = page.replace(/^\| R5 \|.*\n/m, '')
  expect(problemsOf(without, readFile)).toContain('R5 is missing')
  const row = /^\| R5 \|.*\n/m.exec(page)?.[0] ?? ''
  expect(problemsOf(page.replace(row, row + row), readFile)).toContain('R5 is there twice')
  expect(problemsOf(without, readFile).join()).toContain('the count of R should be')
  const gone = row.replace(/`[^`]+`/, '`simulator/nowhere.test.ts`')
  expect(problemsOf(page.replace(row, gone), readFile).join()).toContain('does not exist')
  const silent = row.replace(/`[^`]+`/, '`simulator/world.test.ts`')
  expect(problemsOf(page.replace(row, silent), readFile).join()).toContain('no test title')
})

it('the counts add up to the checklists', () => {
  const items = itemsOf(page)
  const total = ['R', 'M'].map((letter) => Object.values(countOf(items, letter)))
  expect(total.flat().reduce((sum, one) => sum + one, 0)).toBe(WANTED.length)
})
