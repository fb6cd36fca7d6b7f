import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bug, filesOf, withBug } from '../../tests/planted/index.ts'

/** A copy of the repository in which one bug at a time is planted. */
export interface Bench {
  readonly root: string
  /** Puts the bug in, runs `work`, takes the bug out. */
  with<T>(bug: Bug | null, work: () => Promise<T>): Promise<T>
  remove(): void
}

const left = new Set(['.git', 'node_modules', 'data', 'dist', 'coverage'])

/**
 * Copies what is in `root`, so that nothing planted can ever be committed or started. Packages are
 * linked; our own rooms among them lead into the copy, or its tests would test the original.
 */
export function makeBench(root: string): Bench {
  const copy = mkdtempSync(join(tmpdir(), 'minitill-teeth-'))
  for (const name of readdirSync(root)) {
    if (!left.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  linkPackages(root, copy)
  return {
    root: copy,
    with: async (bug, work) => {
      const files = bug === null ? [] : filesOf(bug)
      const before = files.map((file) => readFileSync(join(copy, file), 'utf8'))
      try {
        files.forEach((file, nth) => {
          if (bug !== null) writeFileSync(join(copy, file), withBug(bug, file, before[nth] ?? ''))
        })
        return await work()
      } finally {
        files.forEach((file, nth) => {
          writeFileSync(join(copy, file), before[nth] ?? '')
        })
      }
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  }
}

function linkPackages(root: string, copy: string): void {
  const packages = join(root, 'node_modules')
  const ours = join(copy, 'node_modules/@minitill')
  mkdirSync(ours, { recursive: true })
  for (const name of readdirSync(packages)) {
    if (name !== '@minitill' && name !== '.vite') {
      symlinkSync(join(packages, name), join(copy, 'node_modules', name))
    }
  }
  for (const room of readdirSync(join(packages, '@minitill'))) {
    symlinkSync(join('../..', room), join(ours, room))
  }
}
