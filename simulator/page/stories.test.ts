// The page names every fault of the menu in both languages: a new one needs its words here.
import { expect, it } from 'vitest'
import { MENU } from '../mischief/menu.ts'
import { PRESETS } from '../mischief/presets.ts'
import { kindWords } from './src/inspector/kinds.ts'
import { titleOf } from './src/inspector/stories.ts'

const CHINESE = /[\u4e00-\u9fff]/

it('every preset has a title in both languages: add a new one in src/inspector/stories.ts', () => {
  const untold = Object.keys(PRESETS).filter((name) => !CHINESE.test(titleOf(name).zh))
  expect(untold).toEqual([])
})

it('every kind of fault has a name in both languages: add a new one in src/inspector/kinds.ts', () => {
  const kinds = [...new Set(Object.values(MENU).flat())]
  expect(kinds.filter((kind) => !CHINESE.test(kindWords(kind).zh))).toEqual([])
})
