import { expect, it } from 'vitest'
import { signaturesPage } from './listing.ts'
import { CHAPTERS, WORDS } from './words.ts'

it('docs/simulator/signatures.md lists every code, in both languages', async () => {
  const docs = '../../docs/simulator'
  await expect(signaturesPage('en')).toMatchFileSnapshot(`${docs}/signatures.md`)
  await expect(signaturesPage('zh')).toMatchFileSnapshot(`${docs}/signatures.zh-CN.md`)
})

it('every code stands in one chapter, and has a sentence in both languages', () => {
  const listed = CHAPTERS.flatMap(([, , codes]) => codes)
  expect(listed.toSorted()).toEqual(Object.keys(WORDS).toSorted())
  for (const [en, zh] of Object.values(WORDS)) {
    expect(en).toMatch(/^[\x20-\x7e…“”’×–]+$/)
    expect(zh).toMatch(/[一-鿿]/)
  }
})
