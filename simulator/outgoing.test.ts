import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { importsOf } from '../tools/tidy/rules/imports.ts'

const room = import.meta.dirname

/** Modules with which a program can open a connection. */
const NETWORK = /^(undici|axios|got|ws|(node:)?(http|https|http2|net|tls|dgram|dns)(\/.*)?)$/
/** Browser code: it talks to the simulator that served it, over fetch. */
const IN_THE_BROWSER = /^(page\/src|miniprogram\/runtime)\//

/** Everyone who may, and what for. Anyone else is a mistake. */
const CALLERS: readonly (readonly [file: RegExp, what: string])[] = [
  [/^adapters\/outgoing\.ts$/, 'notifications and pushes, to allowed addresses'],
  [/^adapters\/remote\.ts$/, 'a test suite’s calls to a simulator on this machine'],
  [/^adapters\/lookup\.ts$/, 'the name resolution of these two'],
  [/^page\/proxy\.ts$/, 'wx.request of the phone, to the origins that the mini program may call'],
  [/^proxy\//, 'takes connections in and answers them itself'],
]

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name === 'node_modules' || entry.name === 'dist') return []
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

const sources = filesBelow(room)
  .map((path) => ({ path: relative(room, path), text: readFileSync(path, 'utf8'), tracked: true }))
  .filter(({ path }) => /\.tsx?$/.test(path) && !/\.test\.ts$|(^|\/)testing\//.test(path))

/** Imports of values: a type opens no connection. */
function networkOf(source: (typeof sources)[number]): string[] {
  const types = [...source.text.matchAll(/import type [^']*'([^']+)'/g)].map(([, name]) => name)
  return importsOf(source)
    .map(({ specifier }) => specifier)
    .filter((name) => NETWORK.test(name) && !types.includes(name))
}

it('nobody but the named callers can open a connection', () => {
  const found = sources.filter(
    (source) => !IN_THE_BROWSER.test(source.path) && networkOf(source).length > 0,
  )
  const others = found.filter(({ path }) => !CALLERS.some(([file]) => file.test(path)))
  expect(others.map(({ path }) => path)).toEqual([])
  expect(found.map(({ path }) => path)).toContain('adapters/outgoing.ts')
})

it('nobody outside the browser calls fetch or opens a socket by a global', () => {
  const calls = /(?<![.\w'`])(fetch|WebSocket|EventSource|XMLHttpRequest)\(/
  const found = sources.filter(
    ({ path, text }) => !IN_THE_BROWSER.test(path) && calls.test(text.replaceAll(/\/\/.*$/gm, '')),
  )
  expect(found.map(({ path }) => path)).toEqual([])
})
