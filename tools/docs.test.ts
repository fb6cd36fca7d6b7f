import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '')

const read = (page: string): string => readFileSync(join(root, page), 'utf8')

describe('a page never names what is not there', () => {
  test.each(pages)('every relative link of %s leads to a file', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
    const missing = targets
      .map((match) => normalize(join(dirname(page), match[1] ?? '')))
      .filter((target) => !existsSync(join(root, target)))
    expect(missing).toEqual([])
  })

  test.each(pages)('every file that %s names in code marks exists', (page) => {
    const rooms = 'protocol|server|simulator|console|kit|example|tests|tools|docs|bench'
    const named = [
      ...read(page).matchAll(
        new RegExp(`\`((?:${rooms})/[\\w./-]+\\.(?:ts|tsx|mjs|md|json))\``, 'g'),
      ),
    ]
    const missing = named
      .map((match) => match[1] ?? '')
      .filter((file) => !file.includes('*') && !existsSync(join(root, file)))
    expect(missing).toEqual([])
  })
})

test('every `npm run` and `npx minitill` command that a README shows exists', () => {
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts)
  const shown = ['README.md', 'README.zh-CN.md'].flatMap((page) => [
    ...read(page).matchAll(/npm run ([\w:]+)/g),
  ])
  const missing = shown.map((match) => match[1] ?? '').filter((name) => !scripts.includes(name))
  expect(shown.length).toBeGreaterThan(0)
  expect(missing).toEqual([])
})

test('the two READMEs show the same commands', () => {
  const commands = (page: string): string[] =>
    [...read(page).matchAll(/```sh\n([\s\S]*?)```/g)]
      .flatMap((match) => (match[1] ?? '').split('\n'))
      .map((line) => line.replace(/\s+#.*/, '').trim())
      .filter((line) => line !== '')
  expect(commands('README.zh-CN.md')).toEqual(commands('README.md'))
})
