// Telling that a mini program changed on the disk: every real change once, and only while asked.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchFolder } from '../adapters/watch.ts'
import { ProgramWatch } from './program-watch.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitill-watch-'))
  write('app.json', '{"pages":["pages/a/a"]}')
  write('pages/a/a.wxml', '<view/>')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(file: string, text: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true })
  writeFileSync(join(folder, file), text)
}

it('a saved file is told once with a new version; an event without a change is not', () => {
  let happened = () => {}
  let watching = 0
  const watch = new ProgramWatch(folder, (_folder, changed) => {
    happened = changed
    watching += 1
    return () => {
      watching -= 1
    }
  })
  const heard: string[] = []
  const leave = watch.follow((version) => heard.push(version))
  happened()
  expect(heard).toEqual([])
  write('pages/a/a.wxml', '<view>changed</view>')
  happened()
  happened()
  expect(heard).toEqual([watch.version()])
  expect(watching).toBe(1)
  leave()
  expect(watching).toBe(0)
})

it('a folder that is no mini program has a version too, and another one once it is', () => {
  rmSync(join(folder, 'app.json'))
  const watch = new ProgramWatch(folder)
  const before = watch.version()
  write('app.json', '{"pages":[]}')
  expect(watch.version()).not.toBe(before)
})

it('new folders are watched too; node_modules and hidden ones are not', async () => {
  let count = 0
  const stop = watchFolder(folder, () => {
    count += 1
  })
  write('node_modules/x/index.js', '1')
  await expect.poll(() => count, { timeout: 5000 }).toBe(1)
  write('node_modules/x/index.js', '2')
  write('pages/b/b.wxml', '<view/>')
  await expect.poll(() => count, { timeout: 5000 }).toBe(2)
  write('pages/b/b.wxml', '<view>2</view>')
  await expect.poll(() => count, { timeout: 5000 }).toBe(3)
  stop()
})
