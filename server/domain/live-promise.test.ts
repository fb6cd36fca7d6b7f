import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { instant } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import {
  afterLook,
  afterWindow,
  freshPass,
  livePromises,
  type PromiseResult,
  promiseIds,
} from './live-promise.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/invariants.md'), 'utf8')

test('the live promises have the words of docs/invariants.md, which lists each of them', () => {
  for (const id of promiseIds) {
    expect(page).toContain(`\n| ${id} | ${livePromises[id].en} |`)
    expect(livePromises[id].zh).toMatch(/\p{Script=Han}/u)
  }
  const listed = /on the shop's own rows:\n([^.]+)\./.exec(page)?.[1]
  expect(listed?.split(/,\s+/)).toEqual(promiseIds)
})

const at = instant(1_800_000_000_000)
const breach = (subject: string) => ({ subject, why: 'w' })
const window = (last: string | null, ...broken: string[]) => ({
  ...{ checked: 2, last, brokenCount: broken.length, broken: broken.map(breach) },
})
const seen = { id: 'I-9', rowsChecked: 4, tookMs: 1 } as const
const breaking: PromiseResult = {
  ...seen,
  checkedAtMs: at,
  pass: freshPass,
  broken: [breach('a')],
  brokenCount: 1,
  brokenSinceMs: at,
  wholeAtMs: at,
}

test('a pass goes window by window through all checks, and then begins anew', () => {
  const first = afterWindow(freshPass, window('m', 'a'), 2)
  expect(first).toMatchObject({ ended: false, pass: { check: 0, after: 'm', brokenCount: 1 } })
  const second = afterWindow(first.pass, window(null), 2)
  expect(second).toMatchObject({ ended: false, pass: { check: 1, after: '', brokenCount: 1 } })
  const third = afterWindow(second.pass, window(null, 'b'), 2)
  expect(third).toMatchObject({ ended: true, pass: { brokenCount: 2 } })
  expect(afterLook(null, { ...seen, ...third }, at)).toMatchObject({
    ...{ pass: freshPass, brokenCount: 2, broken: [breach('a'), breach('b')] },
    ...{ brokenSinceMs: at, wholeAtMs: at },
  })
})

test('what was broken stays so until a whole pass has found it kept', () => {
  const later = instant(at + 5)
  const partial = { ...seen, ended: false, pass: { ...freshPass, after: 'm' } }
  const between = afterLook(breaking, partial, later)
  expect(between).toMatchObject({ brokenCount: 1, broken: [breach('a')], brokenSinceMs: at })
  expect(between).toMatchObject({ wholeAtMs: at, checkedAtMs: later })
  const more = { ...partial, pass: { ...partial.pass, brokenCount: 1, broken: [breach('z')] } }
  expect(afterLook(between, more, later).broken).toEqual([breach('a'), breach('z')])
  const whole = afterLook(between, { ...seen, ended: true, pass: freshPass }, later)
  expect(whole).toMatchObject({ brokenCount: 0, broken: [], brokenSinceMs: null, wholeAtMs: later })
})

test('the names of a few breaches are kept, and all are counted', () => {
  const many = Array.from({ length: 8 }, (_, index) => `s${index}`)
  const once = afterWindow(freshPass, window('m', ...many), 1).pass
  const twice = afterWindow(once, window('z', ...many), 1).pass
  expect([twice.broken.length, twice.brokenCount]).toEqual([10, 16])
})
