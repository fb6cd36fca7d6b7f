import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bugs } from './bugs.ts'
import { applied } from './plant.ts'

const root = join(import.meta.dirname, '../../..')

test('every planted bug fits into the product as it is, exactly once', () => {
  for (const bug of bugs) {
    const text = readFileSync(join(root, bug.file), 'utf8')
    expect(applied(bug, text), bug.name).not.toBe(text)
  }
  expect(bugs.length).toBeGreaterThanOrEqual(30)
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length)
})

test('a planted bug that no longer fits is told', () => {
  const stale = { name: 'stale', file: 'x.ts', patch: [['never there', '']] } as const
  expect(() => applied(stale, 'some text')).toThrow(/fits 0 times/)
})
