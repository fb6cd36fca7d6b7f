import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { textsOf } from './miniprogram/shop/texts.ts'
import { bindings, compiled, compilersRunHere, filesEnding, program, strayCalls } from './wxml.ts'

const json = (path: string) => JSON.parse(readFileSync(join(program, path), 'utf8'))

test.runIf(compilersRunHere)('WeChat’s own compilers accept every page and style sheet', () => {
  const { wxml, wxss } = compiled()
  for (const path of filesEnding('.wxml')) expect(wxml).toContain(path)
  expect(filesEnding('.wxml')).toHaveLength(8)
  expect(wxss.length).toBeGreaterThan(1000)
})

test.runIf(compilersRunHere)('a broken tag is refused with its file and line', () => {
  const broken = () =>
    compiled((folder) => appendFileSync(join(folder, 'pages/mine/mine.wxml'), '<view>\n</text>'))
  expect(broken).toThrow(/mine\.wxml:\d+/)
})

test.runIf(compilersRunHere)('a broken style sheet is refused', () => {
  expect(() =>
    compiled((folder) => appendFileSync(join(folder, 'pages/mine/mine.wxss'), '.a { color: ')),
  ).toThrow()
})

test.skipIf(compilersRunHere)('WeChat’s compilers run on x86-64 only: pages not checked here')

test('no page calls a function between {{ and }} but those of its wxs modules', () => {
  for (const path of filesEnding('.wxml')) expect(strayCalls(bindings(path)), path).toEqual([])
  const planted = { expressions: ['list.indexOf(x)', 'f.yuan(a)'], modules: ['f'] }
  expect(strayCalls(planted)).toEqual(['list.indexOf'])
})

test('the project compiles under its own strict settings against WeChat’s typings', () => {
  const require = createRequire(import.meta.url)
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
  const project = join(program, '..', 'tsconfig.json')
  execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' })
}, 30_000)

test('every page, icon and picture that the program names is in the package, and it is small', () => {
  const { pages, tabBar } = json('app.json')
  for (const page of pages) {
    for (const kind of ['ts', 'wxml', 'wxss', 'json']) {
      expect(existsSync(join(program, `${page}.${kind}`)), `${page}.${kind}`).toBe(true)
    }
  }
  for (const { iconPath, selectedIconPath } of tabBar.list) {
    for (const path of [iconPath, selectedIconPath]) {
      expect(statSync(join(program, path)).size).toBeLessThan(40_000)
    }
  }
  const catalogue = JSON.parse(readFileSync(join(program, '../catalogue.json'), 'utf8'))
  for (const { id } of catalogue)
    expect(existsSync(join(program, `assets/${id}.svg`)), id).toBe(true)
  const bytes = filesEnding('').filter((path) => /\.\w+$/.test(path))
  const total = bytes.reduce((sum, path) => sum + statSync(join(program, path)).size, 0)
  expect(total).toBeLessThan(300_000)
})

test('nothing is fetched from the network but the configured server', () => {
  for (const path of [...filesEnding('.wxml'), ...filesEnding('.wxss'), ...filesEnding('.svg')]) {
    const text = readFileSync(join(program, path), 'utf8').replace('http://www.w3.org/2000/svg', '')
    expect(text, path).not.toMatch(/https?:|url\(\s*['"]?\/\//)
  }
})

test('every text exists in Chinese and in English, with the same places for values', () => {
  const [zh, en] = [textsOf('zh'), textsOf('en')]
  const places = (text: string) => text.match(/\{\w+\}/g) ?? []
  for (const name of Object.keys(zh) as (keyof typeof zh)[]) {
    expect(zh[name], name).toMatch(/[\u4e00-\u9fff]/)
    expect(en[name], name).not.toMatch(/[\u4e00-\u9fff]/)
    expect(places(en[name]), name).toEqual(places(zh[name]))
  }
})

test('the demo catalogue has whole fen, one unlimited tea and one with a single piece', () => {
  const catalogue: { price: number; stock: number | null; currency: string }[] = JSON.parse(
    readFileSync(join(program, '../catalogue.json'), 'utf8'),
  )
  expect(catalogue).toHaveLength(8)
  for (const { price, currency } of catalogue) {
    expect(Number.isSafeInteger(price) && price > 0 && currency === 'CNY').toBe(true)
  }
  expect(catalogue.filter(({ stock }) => stock === null)).toHaveLength(1)
  expect(catalogue.filter(({ stock }) => stock === 1)).toHaveLength(1)
})
