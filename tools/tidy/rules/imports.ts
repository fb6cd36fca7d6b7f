import { posix } from 'node:path'
import {
  child,
  isCode,
  isTest,
  lineAt,
  type Problem,
  parse,
  type Source,
  walk,
  word,
} from '../source.ts'

/**
 * Who may import whom (design.md §2). The first pattern that fits a file decides; a target is
 * allowed when it lies in one of the prefixes. A file's own folder is always allowed.
 */
const table: ReadonlyArray<{ from: RegExp; to: readonly string[] }> = [
  // main.ts alone knows everyone; instance/ is its parts, in a folder because of their size.
  { from: /^server\/instance\//, to: ['server/', 'protocol/'] },
  { from: /^server\/main\.ts$/, to: ['server/', 'protocol/'] },
  {
    from: /^server\/config(\.ts|\/)/,
    to: ['server/config', 'server/domain/', 'server/ports/', 'protocol/'],
  },
  { from: /^server\/domain\//, to: ['server/domain/', 'protocol/model/'] },
  // Published for those who receive events: it brings nothing of the server along.
  { from: /^server\/webhooks\//, to: ['server/webhooks/'] },
  { from: /^server\/ports\//, to: ['server/ports/', 'server/domain/', 'protocol/'] },
  {
    from: /^server\/flows\//,
    to: ['server/flows/', 'server/domain/', 'server/ports/', 'protocol/model/'],
  },
  {
    from: /^server\/(http|jobs)\//,
    to: [
      'server/http/',
      'server/jobs/',
      'server/flows/',
      'server/domain/',
      'server/ports/',
      'server/observe/',
      'protocol/',
    ],
  },
  {
    from: /^server\/(adapters|store|observe)\//,
    to: [
      'server/adapters/',
      'server/store/',
      'server/observe/',
      'server/ports/',
      'server/domain/',
      'protocol/',
    ],
  },
  { from: /^server\/store\.ts$|^server\/[^/]+\.ts$/, to: ['server/', 'protocol/'] },
  { from: /^simulator\/page\//, to: ['simulator/', 'protocol/model/'] },
  { from: /^simulator\//, to: ['simulator/', 'protocol/model/'] },
  { from: /^protocol\//, to: ['protocol/'] },
  { from: /^console\//, to: ['console/', 'server/http/api-types'] },
  { from: /^kit\//, to: ['kit/', 'server/http/api-types'] },
  { from: /^example\//, to: ['example/'] },
]

/** Rooms whose published code runs without any package. */
const bare: ReadonlyArray<{ room: RegExp; packages: RegExp }> = [
  { room: /^protocol\//, packages: /^node:/ },
  { room: /^kit\/(?!build|testing)/, packages: /^$/ },
  { room: /^server\/webhooks\//, packages: /^(node:crypto|standardwebhooks)$/ },
  { room: /^server\/domain\//, packages: /^@minitill\/protocol\/model$/ },
  { room: /^simulator\//, packages: /^(?!@minitill\/protocol$)/ },
]

/** Imports that go where the room may not. Tests may reach what they test, and need runners. */
export function imports(files: readonly Source[]): Problem[] {
  return files
    .filter((file) => isCode(file.path) && !isTest(file.path) && !file.path.endsWith('.mjs'))
    .flatMap((file) => importsOf(file).flatMap((found) => judge(file, found)))
}

export interface Import {
  specifier: string
  line: number
}

/** Every specifier that a file imports, re-exports or loads with a literal `import()`. */
export function importsOf(file: Source): Import[] {
  const tree = parse(file)
  const found: Import[] = []
  if (tree === null) return found
  walk(tree, (node) => {
    if (!/^(Import|ExportNamed|ExportAll)(Declaration|Expression)$/.test(node.type)) return
    const specifier = word(child(node, 'source'), 'value')
    if (specifier !== '') found.push({ specifier, line: lineAt(file.text, node.start) })
  })
  return found
}

function judge(file: Source, { specifier, line }: Import): Problem[] {
  const problem = (text: string): Problem => ({ path: file.path, line, rule: 'imports', text })
  if (!specifier.startsWith('.')) {
    const target = workspaceTarget(specifier)
    const refused = bare.find(({ room }) => room.test(file.path))
    if (refused !== undefined && !refused.packages.test(specifier)) {
      return [problem(`this room may not import ${specifier}`)]
    }
    return target === null || allowed(file.path, target) ? [] : [problem(refusal(file, target))]
  }
  const target = posix.join(posix.dirname(file.path), specifier)
  return allowed(file.path, target) ? [] : [problem(refusal(file, target))]
}

const refusal = (file: Source, target: string): string =>
  `${file.path.split('/').slice(0, 2).join('/')} may not import ${target}: see the import table`

function workspaceTarget(specifier: string): string | null {
  const match = /^@minitill\/([a-z]+)(\/.*)?$/.exec(specifier)
  return match === null ? null : `${match[1]}${match[2] ?? ''}/`
}

function allowed(path: string, target: string): boolean {
  const row = table.find(({ from }) => from.test(path))
  return row === undefined || row.to.some((prefix) => target.startsWith(prefix))
}
