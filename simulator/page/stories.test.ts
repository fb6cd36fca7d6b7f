// The page tells every fault of the menu in both languages; a new one needs its words in stories.ts.
import { expect, it } from 'vitest'
import { MENU } from '../mischief/menu.ts'
import { PRESETS } from '../mischief/presets.ts'
import { kindWords, storyOf } from './src/inspector/stories.ts'

const CHINESE = /[\u4e00-\u9fff]/

it('every preset is a story in both languages: add a new one to STORIES in stories.ts', () => {
  const untold = Object.keys(PRESETS).filter((name) => {
    const { title, tale } = storyOf(name)
    return ![title.zh, tale.zh].every((text) => CHINESE.test(text)) || tale.en === ''
  })
  expect(untold).toEqual([])
})

it('every kind of fault has a name in both languages: add a new one to KINDS in stories.ts', () => {
  const kinds = [...new Set(Object.values(MENU).flat())]
  expect(kinds.filter((kind) => !CHINESE.test(kindWords(kind).zh))).toEqual([])
})
