import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const here = dirname(fileURLToPath(import.meta.url))

/** What the launcher answers when it runs under a Node of this version, from this place. */
function found(version: string, from: string): string {
  const program = `import { findNode } from ${JSON.stringify(pathToFileURL(join(here, 'launch.mjs')).href)}
console.log(String(findNode(${JSON.stringify(version)}, ${JSON.stringify(from)})))`
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: '/',
  }).trim()
}

test('a system Node of 24 or later is used as it is', () => {
  expect(found('24.0.0', 'file:///')).toBe(process.execPath)
  expect(found('30.1.0', 'file:///')).toBe(process.execPath)
})

test('an older one is replaced by the platform package, wherever it was hoisted to', () => {
  const node = found('20.20.2', pathToFileURL(join(here, 'start/deep/inside.mjs')).href)
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' })
  expect(Number(version.slice(1).split('.')[0])).toBeGreaterThanOrEqual(24)
})

test('with no Node 24 anywhere there is no answer, and the launcher says so in one line', () => {
  expect(found('20.20.2', 'file:///nowhere/launch.mjs')).toBe('null')
})

test('exit status and arguments are handed through', () => {
  const result = spawnSync(
    process.execPath,
    [join(here, 'launch.mjs'), join(here, '../tests/process/fixtures/echo.ts'), 'a b', ''],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  expect(result.stdout).toBe('["a b",""]\n')
  expect(result.status).toBe(7)
})

test('launcher, leash and command use nothing that Node 18 can not parse', () => {
  for (const name of ['launch.mjs', 'leash.mjs', 'minitill.mjs']) {
    const text = readFileSync(join(here, name), 'utf8')
    expect(text).not.toMatch(
      /import\.meta\.(dirname|filename|main)|with \{ type|\busing \w|Promise\.withResolvers|toSorted/,
    )
  }
})
