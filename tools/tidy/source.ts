import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'

/** A node of the syntax tree (ESTree with TypeScript); its other fields are read by `child`. */
export interface Node {
  type: string
  start: number
  end: number
}

/** One file of the repository. */
export interface Source {
  /** Path from the root, with forward slashes. */
  path: string
  text: string
  /** Whether git knows it. */
  tracked: boolean
}

/** One broken rule: where, which, and what to do. */
export interface Problem {
  path: string
  line: number
  rule: string
  text: string
}

const textual = /\.(ts|tsx|mts|mjs|js|json|md|sql|yml|yaml|css|html|wxml|wxss|sh)$|^\.ci\/run$/

/** All text files of the checkout that git tracks or would track. */
export function readRepository(root: string): Source[] {
  const list = (args: string[]): string[] =>
    execFileSync('git', ['-C', root, 'ls-files', '-z', ...args], {
      encoding: 'utf8',
      maxBuffer: 64_000_000,
    })
      .split('\0')
      .filter((path) => textual.test(path) && existsSync(join(root, path)))
  const tracked = new Set(list([]))
  return [...tracked, ...list(['--others', '--exclude-standard'])].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
    tracked: tracked.has(path),
  }))
}

export const isCode = (path: string): boolean => /\.(ts|tsx|mts|mjs)$/.test(path)

export const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || path.startsWith('tests/') || /(^|\/)testing(\.ts$|\/)/.test(path)

/** The tree of a file; null when it can't be parsed (the compiler says why). */
export function parse(source: Source): Node | null {
  const result = parseSync(source.path, source.text)
  return result.errors.length === 0 && isNode(result.program) ? result.program : null
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    'end' in value
  )
}

/** A field of a node when it holds a node, else null. */
export function child(node: Node | null, field: string): Node | null {
  const value: unknown = node === null ? null : Reflect.get(node, field)
  return isNode(value) ? value : null
}

/** A field of a node when it holds text, else an empty string. */
export function word(node: Node | null, field: string): string {
  const value: unknown = node === null ? null : Reflect.get(node, field)
  return typeof value === 'string' ? value : ''
}

/** The nodes directly below a node. */
export function children(node: Node): Node[] {
  const values: unknown[] = Object.values(node)
  return values.flat().filter(isNode)
}

/** Visits a node and all below it, with the nodes above. */
export function walk(
  node: Node,
  visit: (node: Node, above: readonly Node[]) => void,
  above: readonly Node[] = [],
): void {
  visit(node, above)
  const path = [...above, node]
  for (const below of children(node)) walk(below, visit, path)
}

/** Line number, from 1, of a place in the text. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; ) {
    line += 1
    index = text.indexOf('\n', index + 1)
  }
  return line
}

/** `a.b.c` of an identifier or a chain of members; an empty string for anything else. */
export function dotted(node: Node | null): string {
  if (node === null) return ''
  if (node.type === 'Identifier') return word(node, 'name')
  if (node.type !== 'MemberExpression') return ''
  const object = dotted(child(node, 'object'))
  const property = child(node, 'property')
  return object === '' ? '' : `${object}.${word(property, 'name')}`
}
