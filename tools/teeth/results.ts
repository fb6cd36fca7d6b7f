import { existsSync, readFileSync } from 'node:fs'
import { type Bug, bugs } from '../../tests/planted/index.ts'

/** One line of tests/planted/results.jsonl: one lane's word on one bug. */
export interface Result {
  readonly bug: string
  readonly lane: string
  readonly by: string | null
  readonly seconds: number
  readonly commit: string
}

export const resultsPath = 'tests/planted/results.jsonl'
export const pagePath = 'docs/planted.md'

export function readResults(path: string): readonly Result[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Result)
}

/** The last word of each lane on a bug. */
function lastOf(bug: Bug, results: readonly Result[]): readonly Result[] {
  const last = new Map<string, Result>()
  for (const result of results) if (result.bug === bug.name) last.set(result.lane, result)
  return [...last.values()]
}

/** docs/planted.md, made from what was measured and from nothing else. */
export function pageOf(results: readonly Result[]): string {
  const rows = bugs.map((bug) => ({ bug, said: lastOf(bug, results) }))
  const caught = rows.filter(({ said }) => said.some(({ by }) => by !== null))
  const tried = rows.filter(({ said }) => said.length > 0)
  const missed = tried.filter((row) => !caught.includes(row))
  return [
    '# Planted bugs',
    '',
    'Bugs that somebody could write, put into a copy of the product one at a time by',
    '`npm run teeth`, and which lane finds each. Made from `tests/planted/results.jsonl`; a bug',
    'counts as caught when a test fails with it and the same file passes without it.',
    '',
    `**${caught.length} of ${tried.length} bugs that were tried are caught; ${missed.length} are not caught by the lanes asked so far; ${bugs.length - tried.length} were not tried yet.**`,
    '',
    ...section(
      'Not caught by the lanes asked so far',
      missed.map(({ bug, said }) => [bug.name, bug.says, said.map(({ lane }) => lane).join(', ')]),
      ['Bug', 'What it is', 'Lanes that passed'],
    ),
    ...section(
      'Caught',
      caught.map(({ bug, said }) => rowOf(bug, said)),
      ['Bug', 'Breaks', 'What it is', 'Caught by', 's'],
    ),
    ...section(
      'Not tried yet',
      rows.filter(({ said }) => said.length === 0).map(({ bug }) => [bug.name, bug.says]),
      ['Bug', 'What it is'],
    ),
  ].join('\n')
}

function rowOf(bug: Bug, said: readonly Result[]): readonly string[] {
  const finds = said.filter(({ by }) => by !== null)
  const who = finds.map(({ lane, by }) => `${lane}: ${by}`).join('<br>')
  const seconds = finds.map((find) => find.seconds.toFixed(0)).join('<br>')
  return [bug.name, bug.promise, bug.says, who.replaceAll('|', '\\|'), seconds]
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  head: readonly string[],
): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [`## ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), '']
}
