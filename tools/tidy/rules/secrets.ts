import {
  child,
  isCode,
  isTest,
  lineAt,
  type Node,
  type Problem,
  parse,
  type Source,
  walk,
  word,
} from '../source.ts'

const secret =
  /^(\w*(secret|signature|hmac|digest|password|apiv3_?key|token_?hash|admin_?key)|mac|token|\w+Token|\w+_token)$/i

/** Text that an attacker may guess letter by letter is compared with timingSafeEqual. */
export function secrets(files: readonly Source[]): Problem[] {
  return files
    .filter(({ path }) => isCode(path) && /^(protocol|server|simulator)\//.test(path))
    .filter(({ path }) => !isTest(path) && !/^simulator\/(page|miniprogram)\//.test(path))
    .flatMap((file) => {
      const problems: Problem[] = []
      const tree = parse(file)
      if (tree === null) return problems
      walk(tree, (node) => {
        if (!isGuessable(node)) return
        problems.push({
          path: file.path,
          line: lineAt(file.text, node.start),
          rule: 'secrets',
          text: 'compares a secret with ==: use timingSafeEqual',
        })
      })
      return problems
    })
}

function isGuessable(node: Node): boolean {
  if (node.type !== 'BinaryExpression' || !/^[!=]==?$/.test(word(node, 'operator'))) return false
  const sides = [child(node, 'left'), child(node, 'right')]
  // A comparison with a constant (undefined, null, an empty string) tells nothing about a secret.
  const isConstant = (side: Node | null): boolean =>
    side === null ||
    side.type === 'Literal' ||
    side.type === 'UnaryExpression' ||
    word(side, 'name') === 'undefined'
  if (sides.some(isConstant)) return false
  return sides.some((side) => secret.test(lastName(side)))
}

function lastName(node: Node | null): string {
  if (node?.type === 'Identifier') return word(node, 'name')
  return node?.type === 'MemberExpression' ? word(child(node, 'property'), 'name') : ''
}
