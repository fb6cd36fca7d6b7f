import { calls } from './rules/calls.ts'
import { dependencies, errorsDocument, lockfile } from './rules/documents.ts'
import { imports } from './rules/imports.ts'
import { leftovers, testBans, untracked } from './rules/leftovers.ts'
import { money } from './rules/money.ts'
import { secrets } from './rules/secrets.ts'
import { sizes } from './rules/sizes.ts'
import { sqlClocks, sqlOrder } from './rules/sql.ts'
import type { Problem, Source } from './source.ts'

export type ErrorRegistry = Readonly<Record<string, { status: number }>>

const rules: ReadonlyArray<(files: readonly Source[]) => Problem[]> = [
  imports,
  sizes,
  calls,
  sqlClocks,
  sqlOrder,
  money,
  secrets,
  leftovers,
  testBans,
  untracked,
  lockfile,
  dependencies,
]

/** Every broken rule of the house, in the order of files and lines. */
export function tidy(files: readonly Source[], registry: ErrorRegistry): Problem[] {
  return [...rules.flatMap((rule) => rule(files)), ...errorsDocument(files, registry)].toSorted(
    (a, b) => a.path.localeCompare(b.path) || a.line - b.line,
  )
}
