// Turns result files into the table of figures in both READMEs: `npm run figures -- --write`; a test
// runs the check. A figure of code that has changed since is small, and says so.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Result, type Row, rowsOf } from './figures/rows.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'bench/results')
const simulated = join(root, 'tests/simulation/results/release.jsonl')
const measured = ['protocol', 'server', 'simulator', 'package-lock.json']
const begin = '<!-- figures: npm run figures -- --write -->'
const end = '<!-- /figures -->'

/** All results: one a JSON file, one a line in the lanes' files. */
export function allResults(): readonly Result[] {
  const kept = readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (!name.endsWith('.json')) return linesOf(path, 'fuzz')
      return [{ ...JSON.parse(readFileSync(path, 'utf8')), file: name } as Result]
    })
  return [...kept, ...linesOf(simulated, 'simulation')]
}

function linesOf(path: string, name: string): readonly Result[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => ({ name, ...JSON.parse(line), file: basename(path) }) as Result)
}

/** Whether the code that was measured is another now; so it is too when nobody can tell. */
export function isOld(commit: string): boolean {
  if (!/^[0-9a-f]{40}$/.test(commit)) return true
  try {
    execFileSync('git', ['diff', '--quiet', commit, '--', ...measured], {
      cwd: root,
      stdio: 'ignore',
    })
    return false
  } catch {
    return true
  }
}

const words = {
  en: ['Figure', 'Value', 'Commit', 'Seed', 'Machine', 'Date', 'older code'],
  zh: ['指标', '数值', '提交', '种子', '机器', '日期', '代码已变'],
} as const

/** The table; a row is small and marked when its code is old. */
export function figuresTable(
  rows: readonly Row[],
  language: 'en' | 'zh',
  old: (commit: string) => boolean,
): string {
  const [figure, value, commit, seed, machine, date, older] = words[language]
  const commitOf = (row: Row) =>
    `\`${row.commit.slice(0, 7)}\`${old(row.commit) ? ` (${older})` : ''}`
  const body = rows.map((row) => {
    const cells = [row[language], row.value, commitOf(row), row.seed, row.machine]
    const all = [...cells, row.date.slice(0, 10)]
    const shown = old(row.commit) ? all.map((cell) => `<sub>${cell}</sub>`) : all
    return `| ${shown.join(' | ')} |`
  })
  const heading = [figure, value, commit, seed, machine, date].join(' | ')
  return [`| ${heading} |`, '|---|---|---|---|---|---|', ...body].join('\n')
}

/** A README with the table between its marks. @throws when it has none */
export function withTable(readme: string, table: string): string {
  const [before, rest] = readme.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error('the README has no marks')
  return `${before}${begin}\n\n${table}\n\n${end}${after}`
}

const readmes = { 'README.md': 'en', 'README.zh-CN.md': 'zh' } as const

/** READMEs that do not say what the result files say. */
export function wrongReadmes(write = false): string[] {
  const rows = rowsOf(allResults())
  return Object.entries(readmes).flatMap(([name, language]) => {
    const text = readFileSync(join(root, name), 'utf8')
    const right = withTable(text, figuresTable(rows, language, isOld))
    if (write) writeFileSync(join(root, name), right)
    return text === right ? [] : [name]
  })
}

if (process.argv[1] === import.meta.filename) {
  const write = process.argv.includes('--write')
  const wrong = wrongReadmes(write)
  if (!write)
    for (const name of wrong) process.stderr.write(`${name}: npm run figures -- --write\n`)
  process.exitCode = write || wrong.length === 0 ? 0 : 1
}
