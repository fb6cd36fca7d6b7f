import {
  child,
  dotted,
  isCode,
  isTest,
  lineAt,
  type Node,
  type Problem,
  parse,
  type Source,
  walk,
} from '../source.ts'

/** Rooms in which time, chance and the network come through ports only. */
const ruled = /^(protocol|server|simulator)\//

/** The files that implement the ports, start processes or build pages. */
const adapters: readonly RegExp[] = [
  /^server\/adapters\//,
  /^server\/instance\/process\.ts$/,
  /^server\/store\/embedded(\.ts|\/)/,
  /^server\/main(\.ts|\/)/,
  /^server\/http\/listen\.ts$/,
  // Runs in the receiver's program, which has no ports of ours.
  /^server\/webhooks\//,
  /^simulator\/adapters\//,
  /^simulator\/main(\.ts|\/)/,
  /^simulator\/index\.ts$/,
  /^simulator\/page\//,
  /^simulator\/miniprogram\/runtime\//,
  /\/build\.ts$/,
]

const banned: Readonly<Record<string, string>> = {
  'Date.now': 'take the time from the Clock port',
  'performance.now': 'take the time from the Clock port',
  'process.hrtime': 'take the time from the Clock port',
  'Math.random': 'take chance from the Random port',
  randomUUID: 'take chance from the Random port',
  randomBytes: 'take chance from the Random port',
  randomInt: 'take chance from the Random port',
  'crypto.randomUUID': 'take chance from the Random port',
  'crypto.randomBytes': 'take chance from the Random port',
  'crypto.getRandomValues': 'take chance from the Random port',
  setTimeout: 'wait through the Clock port',
  setInterval: 'wait through the Clock port',
  setImmediate: 'wait through the Clock port',
  fetch: 'call out through a port',
}

/** Time, chance and network outside the files that implement the ports. */
export function calls(files: readonly Source[]): Problem[] {
  return files
    .filter(({ path }) => isCode(path) && ruled.test(path) && !isTest(path))
    .filter(({ path }) => !adapters.some((adapter) => adapter.test(path)))
    .flatMap(callsOf)
}

function callsOf(file: Source): Problem[] {
  const problems: Problem[] = []
  const tree = parse(file)
  if (tree === null) return problems
  walk(tree, (node) => {
    const found = bannedAt(node)
    if (found === null) return
    const [name, remedy] = found
    problems.push({
      path: file.path,
      line: lineAt(file.text, node.start),
      rule: 'calls',
      text: `${name} is not for this file: ${remedy}`,
    })
  })
  return problems
}

function bannedAt(node: Node): [string, string] | null {
  if (node.type === 'NewExpression' && dotted(child(node, 'callee')) === 'Date') {
    const given: unknown = Reflect.get(node, 'arguments')
    const isEmpty = Array.isArray(given) && given.length === 0
    return isEmpty ? ['new Date()', 'take the time from the Clock port'] : null
  }
  if (node.type !== 'CallExpression') return null
  const name = dotted(child(node, 'callee')).replace(/^globalThis\./, '')
  const remedy = Object.hasOwn(banned, name) ? banned[name] : undefined
  return remedy === undefined ? null : [name, remedy]
}
