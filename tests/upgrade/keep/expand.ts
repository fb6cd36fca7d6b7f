// Expand, migrate, contract: whether the code of one release can serve on the schema of the next.
import type { Column } from './schema.ts'

export interface Served {
  /** The release's own schema. */
  readonly columns: readonly Column[]
  /** `table.column`: what its code may read or write. */
  readonly uses: readonly string[]
}

/**
 * Why the release's code cannot serve on this schema, a sentence each; empty when it can. What it
 * uses must be there as it was; what is new must ask nothing of who does not know it.
 */
export function missedBy({ columns, uses }: Served, present: readonly Column[]): string[] {
  const now = new Map(present.map((column) => [nameOf(column), column]))
  const before = new Map(columns.map((column) => [nameOf(column), column]))
  const gone = uses.flatMap((name) => changeOf(name, before.get(name), now.get(name)))
  const tables = new Set(uses.map((name) => name.split('.')[0]))
  const demanded = present
    .filter((column) => tables.has(column.table) && !before.has(nameOf(column)))
    .filter((column) => column.required && column.default === null && !column.generated)
    .map((column) => `${nameOf(column)} is new, NOT NULL and without a default`)
  return [...gone, ...demanded]
}

const nameOf = ({ table, name }: Column): string => `${table}.${name}`

function changeOf(name: string, was: Column | undefined, is: Column | undefined): string[] {
  if (was === undefined) throw new Error(`${name} is used and was never there`)
  if (is === undefined) return [`${name} is gone`]
  if (is.type !== was.type) return [`${name} was ${was.type} and is ${is.type}`]
  return is.required && !was.required ? [`${name} may not be NULL any more`] : []
}
