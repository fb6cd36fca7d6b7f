// The inputs that are kept: whatever once broke something is fed first, for ever.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Input } from './parser.ts'

const folder = join(import.meta.dirname, '../corpus')

export interface Kept {
  /** What it broke, or why it is worth keeping. */
  readonly why: string
  readonly input: Input
}

const fileOf = (parser: string): string => join(folder, `${parser}.json`)

/** The kept inputs of a parser, oldest first. */
export function keptOf(parser: string): readonly Kept[] {
  const file = fileOf(parser)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

/** Adds inputs to those that are kept; how many of them are new. */
export function keep(parser: string, found: readonly Kept[]): number {
  const known = keptOf(parser)
  const texts = known.map(({ input }) => JSON.stringify(input))
  const added = found.filter(({ input }) => !texts.includes(JSON.stringify(input)))
  if (added.length === 0) return 0
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(parser), `${JSON.stringify([...known, ...added], null, 2)}\n`)
  return added.length
}
