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
  word,
} from '../source.ts'

const rooms = /^(protocol|server|simulator(?!\/miniprogram\/runtime)|kit|console|example)\//

/** The one place that turns fen into yuan, by string. */
const home = 'protocol/model/money.ts'

/** Amounts are integers of fen: no float ever touches one. `// percent` lifts it where 100 is none. */
export function money(files: readonly Source[]): Problem[] {
  return files
    .filter(({ path }) => isCode(path) && rooms.test(path) && !isTest(path) && path !== home)
    .flatMap((file) => {
      const problems: Problem[] = []
      const tree = parse(file)
      if (tree === null) return problems
      walk(tree, (node) => {
        const found = floatAt(node)
        const line = lineAt(file.text, node.start)
        if (found === '' || /\/\/ percent/.test(file.text.split('\n')[line - 1] ?? '')) return
        problems.push({
          path: file.path,
          line,
          rule: 'money',
          text: `${found}: amounts are integers of fen, shown by yuanText`,
        })
      })
      return problems
    })
}

function floatAt(node: Node): string {
  if (node.type === 'CallExpression') {
    const callee = child(node, 'callee')
    const name = dotted(callee) || word(child(callee, 'property'), 'name')
    if (/^(Number\.)?parseFloat$/.test(name)) return 'parseFloat'
    return /(^|\.)toFixed$/.test(name) ? 'toFixed' : ''
  }
  if (node.type !== 'BinaryExpression' || !/^[*/]$/.test(word(node, 'operator'))) return ''
  const isHundred = [child(node, 'left'), child(node, 'right')].some(
    (side) => side?.type === 'Literal' && Reflect.get(side, 'value') === 100,
  )
  return isHundred ? `${word(node, 'operator')} 100` : ''
}
