import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Bug, bugs, fewBugs, filesOf, StalePatch, withBug } from '../../tests/planted/index.ts'
import { root } from '../lanes/lane.ts'
import { pageOf, pagePath, readResults, resultsPath } from './results.ts'

const text = (file: string): string => readFileSync(join(root, file), 'utf8')

it.each(bugs)('$name still fits the product, and what comes out is TypeScript', (bug) => {
  for (const file of filesOf(bug)) {
    const planted = withBug(bug, file, text(file))
    expect(planted).not.toBe(text(file))
    expect(() => stripTypeScriptTypes(planted)).not.toThrow()
  }
})

it('a patch that no longer fits, or fits twice, is an error and no bug', () => {
  const bug = (find: string): Bug => ({
    ...(bugs[0] as Bug),
    edits: [{ file: 'a.ts', find, replace: '' }],
  })
  expect(() => withBug(bug('gone'), 'a.ts', 'let a = a')).toThrow(StalePatch)
  expect(() => withBug(bug('a'), 'a.ts', 'let a = a')).toThrow(StalePatch)
  expect(withBug(bug('let '), 'a.ts', 'let a = a')).toBe('a = a')
})

it('every name is one bug, and there are at least thirty', () => {
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length)
  expect(bugs.length).toBeGreaterThanOrEqual(30)
  expect(fewBugs.length).toBeGreaterThan(3)
})

it('every test that is about a bug exists by a part of its name', () => {
  const all = ['tests/journeys', 'tests/attacks'].flatMap((folder) =>
    readdirSync(join(root, folder)),
  )
  for (const { name, near } of bugs) {
    expect(
      near.filter((part) => !all.some((file) => file.includes(part))),
      name,
    ).toEqual([])
  }
})

it('docs/planted.md is made from the measured results', () => {
  expect(text(pagePath)).toBe(pageOf(readResults(join(root, resultsPath))))
})
