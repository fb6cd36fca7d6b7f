import { join } from 'node:path'
import { createVitest, type Vitest } from 'vitest/node'
import { bugs, filesOf } from '../../tests/planted/index.ts'
import type { Verdict } from './lanes.ts'

// One Vitest for each project stays warm over all bugs: starting it, and making its database, takes
// longer than most of the tests that it then runs.

const warm = new Map<string, Promise<Vitest>>()
/** Tests of structure and documents read the text itself: to fail there is no catch. */
const isOfText = (path: string): boolean => /\/tools\/|readme\.test/.test(path)

/** What a bug was planted in or taken out of since the last run: forgotten, to be read anew. */
const mayChange = [...new Set(bugs.flatMap(filesOf))]

function vitestOf(root: string, project: string): Promise<Vitest> {
  const key = `${root} ${project}`
  const known = warm.get(key)
  if (known !== undefined) return known
  process.chdir(root)
  // A machine that is busy with other things must not look like a bug: nothing times out early.
  const times = { testTimeout: 120_000, hookTimeout: 120_000 }
  const options = { root, project: [project], watch: false, bail: 1, maxWorkers: 2, reporters: [] }
  const made = createVitest('test', { ...options, ...times })
  warm.set(key, made)
  return made
}

/** Runs the tests of a project whose paths have one of the parts; none: all. */
export async function runTests(
  root: string,
  project: string,
  parts: readonly string[],
): Promise<Verdict> {
  const began = performance.now()
  const vitest = await vitestOf(root, project)
  const found = await vitest.globTestSpecifications([...parts])
  const chosen = found.filter(({ moduleId }) => !isOfText(moduleId))
  if (chosen.length === 0) return { by: null, file: null, seconds: 0, trouble: 'has no test of it' }
  for (const file of mayChange) vitest.invalidateFile(join(root, file))
  const ran = await vitest.runTestSpecifications(chosen, false)
  const { unhandledErrors } = ran
  // A warm Vitest remembers the failures of earlier runs as well.
  const asked = new Set(chosen.map(({ moduleId }) => moduleId))
  const testModules = ran.testModules.filter(({ moduleId }) => asked.has(moduleId))
  const seconds = Math.round((performance.now() - began) / 100) / 10
  for (const module of testModules) {
    const file = module.moduleId.replace(`${root}/`, '')
    for (const test of module.children.allTests('failed')) {
      return { by: `${file}: ${test.fullName}`, file, seconds, trouble: null }
    }
  }
  const broken = testModules.find((module) => module.errors().length > 0)
  const trouble = broken
    ? `${broken.moduleId} does not load`
    : unhandledErrors.length > 0
      ? 'an error outside of every test'
      : null
  return { by: null, file: null, seconds, trouble }
}

/** Ends what stayed warm, databases included. */
export async function closeTests(): Promise<void> {
  for (const vitest of warm.values()) await (await vitest).close()
  warm.clear()
}
