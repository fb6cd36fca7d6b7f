import { stripTypeScriptTypes } from 'node:module'
import { posix } from 'node:path'
import { child, parse, walk, word } from '../tidy/source.ts'

/**
 * A program as JavaScript: types stripped, and each import pointed at the file that it becomes.
 * @param path of the source, from the root; decides what `../` means for the rooms' own names
 * @param keepTypes only the imports are pointed elsewhere (what esbuild bundles later)
 */
export function toProgram(path: string, text: string, keepTypes = false): string {
  const pointed = pointImports(path, text, keepTypes)
  return keepTypes ? pointed : stripTypeScriptTypes(pointed, { mode: 'strip' })
}

function pointImports(path: string, text: string, keepTypes: boolean): string {
  const tree = parse({ path, text, tracked: true })
  if (tree === null) throw new Error(`${path} can't be parsed`)
  const changes: { start: number; end: number; to: string }[] = []
  walk(tree, (node) => {
    if (!/^(Import|ExportNamed|ExportAll)(Declaration|Expression)$/.test(node.type)) return
    const source = child(node, 'source')
    const specifier = word(source, 'value')
    if (source === null || specifier === '') return
    const to = target(path, specifier, keepTypes)
    changes.push({ start: source.start, end: source.end, to: `'${to}'` })
  })
  let result = text
  for (const { start, end, to } of changes.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + to + result.slice(end)
  }
  return result
}

/** `./x.ts` becomes `./x.js`; a room's name becomes the way to its entry file. */
function target(path: string, specifier: string, keepTypes: boolean): string {
  const room = /^@minitill\/(protocol|simulator)(\/model)?$/.exec(specifier)
  if (room !== null) {
    const entry = `${room[1]}${room[2] ?? ''}/index.js`
    const relative = posix.relative(posix.dirname(path), entry)
    return relative.startsWith('.') ? relative : `./${relative}`
  }
  if (!specifier.startsWith('.') || keepTypes) return specifier
  return specifier.replace(/\.ts$/, '.js')
}
