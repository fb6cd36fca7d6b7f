import { posix } from 'node:path'
import { isCode, lineAt, type Problem, type Source } from '../source.ts'
import { importsOf } from './imports.ts'

const marks = new RegExp(`\\b(${['TO', 'FIX'].map((w, i) => w + ['DO', 'ME'][i]).join('|')})\\b`)

/** Work that was meant to be done later: do it, or file it as an issue. */
export function leftovers(files: readonly Source[]): Problem[] {
  return files.flatMap((file) => {
    const match = marks.exec(file.text)
    if (match === null) return []
    const line = lineAt(file.text, match.index)
    return [{ path: file.path, line, rule: 'leftovers', text: `${match[0]}: do it or file it` }]
  })
}

const only = /\b(it|test|describe)\.only\(/
const skip = /\b(it|test|describe)\.(skip|todo)\((?!.*\/\/ because )/
const sleep = /\b(setTimeout|setInterval)\s*\(|timers\/promises/

/** Tests that hide others, that do not run without saying why, or that wait by the clock. */
export function testBans(files: readonly Source[]): Problem[] {
  return files
    .filter(({ path }) => /\.test\.tsx?$/.test(path) && !path.startsWith('tools/tidy/'))
    .flatMap((file) =>
      file.text.split('\n').flatMap((text, index) => {
        const problem = (what: string): Problem[] => [
          { path: file.path, line: index + 1, rule: 'tests', text: what },
        ]
        if (only.test(text)) return problem('.only hides the other tests')
        if (skip.test(text)) return problem('skipped without `// because …` on the line')
        return sleep.test(text) ? problem('a test may not sleep: wait for what it expects') : []
      }),
    )
}

/** A file that is imported here but unknown to git is missing in every other checkout. */
export function untracked(files: readonly Source[]): Problem[] {
  const unknown = new Set(files.filter((file) => !file.tracked).map((file) => file.path))
  return files
    .filter((file) => isCode(file.path) && file.tracked)
    .flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier, line }) => ({
          line,
          target: posix.join(posix.dirname(file.path), specifier),
        }))
        .filter(({ target }) => unknown.has(target))
        .map(({ target, line }) => ({
          path: file.path,
          line,
          rule: 'untracked',
          text: `imports ${target}, which git does not know: git add it`,
        })),
    )
}
