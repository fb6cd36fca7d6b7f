import { expect, test } from 'vitest'
import { rowsOf } from './figures/rows.ts'
import { figuresTable, withTable, wrongReadmes } from './figures.ts'

test('both READMEs show the figures of the result files: npm run figures -- --write', () => {
  expect(wrongReadmes()).toEqual([])
})

const result = (more: object) => ({
  name: 'fuzz',
  file: 'fuzz.jsonl',
  date: '2026-11-28T06:00:00.000Z',
  commit: 'a'.repeat(40),
  seed: 'release/0',
  machine: { cpu: 'CPU', cores: 2 },
  executions: 100,
  crashers: [],
  ...more,
})

test('a figure carries commit, seed, machine and date, and is small once its code has changed', () => {
  const rows = rowsOf([result({}), result({ executions: 50, crashers: ['x'] })])
  const fresh = figuresTable(rows, 'en', () => false)
  expect(fresh).toContain('| 150, 1 | `aaaaaaa` | release | CPU, 2 × | 2026-11-28 |')
  expect(fresh).not.toContain('<sub>')
  const old = figuresTable(rows, 'en', () => true)
  expect(old).toContain('<sub>150, 1</sub>')
  expect(old).toContain('older code')
})

test('a result that no row shows, and a README without marks, are told', () => {
  expect(() => rowsOf([result({ name: 'new' })])).toThrow('no row shows new')
  expect(() => withTable('# README', '')).toThrow('no marks')
})
