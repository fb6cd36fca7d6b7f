import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PRESETS } from '../mischief.ts'
import { MENU } from './menu.ts'
import { isTold, storyOf } from './stories.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/faults.md'), 'utf8')

interface Row {
  readonly points: readonly string[]
  readonly kinds: readonly string[]
  readonly test: string
}

function coded(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '')
}

/** Rows of the first table: the ones with five cells. */
const rows = page.split('\n').flatMap((line): Row[] => {
  const cells = line.split('|').slice(1, -1)
  if (cells.length !== 5 || !line.startsWith('| F-')) return []
  return [{ points: coded(cells[2]), kinds: coded(cells[3]), test: coded(cells[4])[0] ?? '' }]
})

function covers(row: Row, point: string, kind: string): boolean {
  const fits = (one: string) =>
    one === point || (one.endsWith('.*') && point.startsWith(one.slice(0, -1)))
  return row.kinds.includes(kind) && row.points.some(fits)
}

it('every kind of every point stands on the page', () => {
  const missing = Object.entries(MENU).flatMap(([point, kinds]) =>
    kinds
      .filter((kind) => !rows.some((row) => covers(row, point, kind)))
      .map((kind) => `${point} ${kind}`),
  )
  expect(missing).toEqual([])
})

it('every line of the page is a kind that some point offers', () => {
  const stale = rows.flatMap((row) =>
    row.kinds.filter(
      (kind) =>
        !Object.entries(MENU).some(
          ([point, own]) => own.includes(kind) && covers(row, point, kind),
        ),
    ),
  )
  expect(stale).toEqual([])
})

/** Words with which a test arms this kind: its own name, or that of a preset it belongs to. */
function names(kind: string): string[] {
  const told = Object.entries(PRESETS).filter(([, lines]) => lines.some((one) => one.kind === kind))
  return [kind, ...told.map(([name]) => name)]
}

it('the test that a line names arms its kinds', () => {
  const unseen = rows.filter(({ test, kinds }) => {
    const path = join(root, test)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return (
      !/\.test\.ts$/.test(test) ||
      kinds.some((kind) => !names(kind).some((name) => text.includes(`'${name}'`)))
    )
  })
  expect(unseen).toEqual([])
})

it('every preset has a story in English and Chinese', () => {
  for (const name of Object.keys(PRESETS)) {
    expect([name, isTold(name)]).toEqual([name, true])
    const { en, zh } = storyOf(name)
    expect(en).toMatch(/^[\x20-\x7e’]+$/)
    expect(zh).toMatch(/[\u4e00-\u9fff]/)
  }
})
