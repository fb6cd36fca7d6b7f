import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProgramCompiler } from './program.ts'
import { findAsset, openProject } from './project.ts'

let folder = ''

/** Writes a small mini program, with what a test adds or changes. */
function write(files: Record<string, string> = {}): void {
  const all = {
    'app.json': '{"pages":["pages/a/a"]}',
    'pages/a/a.wxml': '<view class="x">{{name}}</view>',
    'pages/a/a.ts': 'Page({ data: { name: "a" as string } })',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
const compile = () => new ProgramCompiler(folder).current()
const said = async () =>
  (await compile()).problems.map(
    (p) => `${p.severity} ${p.file}:${p.line}:${p.column} ${p.message}`,
  )

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mini-program-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a mini program is compiled in memory', () => {
  test('TypeScript loses its types and keeps its meaning', async () => {
    write()
    const { js, problems } = await compile()
    expect(problems).toEqual([])
    expect(js).toContain('data: { name: \\"a\\" }')
  })
  test('miniprogramRoot moves the root, and may not leave the project', async () => {
    write({ 'project.config.json': '{"appid":"wx1","miniprogramRoot":"inner"}' })
    write({ 'inner/app.json': '{"pages":[]}' })
    expect(openProject(folder)).toMatchObject({ appid: 'wx1', files: ['app.json'] })
    write({ 'project.config.json': '{"miniprogramRoot":"../"}' })
    await expect(compile()).rejects.toThrow('must lie inside the project folder')
  })
  test('a folder without app.json is refused with its reason', async () => {
    await expect(compile()).rejects.toThrow('no app.json')
  })
  test('the result is kept until a file changes', async () => {
    write()
    const compiler = new ProgramCompiler(folder)
    const first = await compiler.current()
    expect(await compiler.current()).toBe(first)
    utimesSync(join(folder, 'pages/a/a.ts'), 1, 1)
    expect(await compiler.current()).not.toBe(first)
  })
  test('pictures cannot be reached outside of the project', () => {
    write({ 'images/a.png': '' })
    const project = openProject(folder)
    expect(findAsset(project, 'images/a.png')).toBe(join(project.root, 'images/a.png'))
    expect(findAsset(project, '../secret.png')).toBeNull()
    expect(findAsset(project, 'images/../../secret.png')).toBeNull()
  })
})

describe('styles', () => {
  test('rpx, the safe area, tags and the page are mapped', async () => {
    write({
      'pages/a/a.wxss':
        'page { padding-bottom: env(safe-area-inset-bottom); } view.x { width: 75rpx; }',
    })
    const { css } = await compile()
    expect(css).toContain('.mp-page:where([data-route="pages/a/a"]) { padding-bottom: var(')
    expect(css).toContain(':where([data-route="pages/a/a"]) wx-view.x')
    expect(css).toContain('width: calc(75 * 100vw / 750)')
  })
  test('imports are inlined once, also in a circle', async () => {
    write({ 'app.wxss': '@import "b.wxss";', 'b.wxss': '@import "app.wxss"; .b { color: red }' })
    expect((await compile()).css.match(/\.b \{/g)).toHaveLength(1)
  })
})

describe('mistakes are named with file and line', () => {
  test('in TypeScript', async () => {
    write({ 'pages/a/a.ts': 'const a = 1\nconst b = = 2\n' })
    expect((await said())[0]).toMatch(/^error pages\/a\/a\.ts:2:11 Unexpected "="/)
  })
  test('in JSON', async () => {
    write({ 'pages/a/a.json': '{\n "a": 1,\n}' })
    expect((await said())[0]).toMatch(/^error pages\/a\/a\.json:3:1 not valid JSON/)
  })
  test('in WXSS', async () => {
    write({ 'pages/a/a.wxss': '.a {}\n.b { color: red' })
    expect(await said()).toEqual(['error pages/a/a.wxss:2:1 Unclosed block'])
  })
  test('a call in a template, which WeChat evaluates wrongly without a word', async () => {
    write({ 'pages/a/a.wxml': '<wxs module="f">module.exports = {}</wxs>\n{{f.b(1)}}{{a.c(1)}}' })
    expect((await said())[0]).toMatch(/^warning pages\/a\/a\.wxml:2:11 .*a\.c\(…\)/)
    expect(await said()).toHaveLength(1)
  })
  test('a missing page, component, module and style', async () => {
    write({
      'app.json': '{"pages":["pages/a/a","pages/b/b"],"usingComponents":{"c":"/c/c"}}',
      'pages/a/a.ts': 'import dayjs from "dayjs"; dayjs(); Page({})',
      'pages/a/a.wxss': '@import "./none.wxss";',
    })
    const all = (await said()).join('\n')
    expect(all).toContain('"pages/b/b" has no pages/b/b.wxml')
    expect(all).toContain('"c": no component at /c/c')
    expect(all).toContain('module "dayjs" is not found (npm packages must be built')
    expect(all).toContain('@import: there is no pages/a/none.wxss')
  })
})
