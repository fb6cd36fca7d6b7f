import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { buildKit, copyFolder } from './build.ts'

const room = dirname(fileURLToPath(import.meta.url))
const carried = (name: string) => readFileSync(join(copyFolder, name), 'utf8')

test('the kit stays below 10 kB minified, without any dependency', async () => {
  const { bytes, script } = await buildKit()
  console.log(`kit: ${bytes} bytes minified`)
  expect(bytes).toBeLessThan(10_000)
  expect(script).not.toMatch(/\brequire\(|\bimport\b/)
})

test('the copy in the example is exactly what a fresh build gives', async () => {
  const { script, types } = await buildKit()
  expect(carried('minitill-kit.js')).toBe(script)
  expect(carried('minitill-kit.d.ts')).toBe(types)
}, 30_000)

test('the built file is a CommonJS module with the four public names', () => {
  const module = { exports: {} }
  const code = carried('minitill-kit.js')
  new Function('module', 'wx', code)(module, undefined)
  expect(Object.keys(module.exports).sort()).toEqual([
    'TillError',
    'createTill',
    'errorText',
    'isTillError',
  ])
})

test('the kit compiles strictly without any knowledge of Node or of a browser', () => {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(dirname(compiler), 'bin', 'tsc')
  for (const project of ['tsconfig.json', 'tsconfig.tools.json']) {
    execFileSync(process.execPath, [tsc, '-p', join(room, project)], { encoding: 'utf8' })
  }
}, 30_000)
