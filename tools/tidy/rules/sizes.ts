import { isCode, lineAt, type Problem, parse, type Source, walk } from '../source.ts'

const FILE_LINES = 300
const FUNCTION_LINES = 60
const COLUMNS = 100

const functions = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/

/** Longer than a person reads in one go. Pictures, generated files and vectors are data, not code. */
export function sizes(files: readonly Source[]): Problem[] {
  return files.filter((file) => isCode(file.path) && !isData(file)).flatMap(sizesOf)
}

const isData = ({ path, text }: Source): boolean =>
  /^example\/.*\/lib\/|(^|\/)vectors\/|fixtures\/|\/locales?\//.test(path) ||
  text.slice(0, 400).includes('@generated')

function sizesOf(file: Source): Problem[] {
  const problems: Problem[] = []
  const problem = (line: number, text: string): void => {
    problems.push({ path: file.path, line, rule: 'sizes', text })
  }
  const lines = file.text.split('\n')
  if (lines.length - 1 > FILE_LINES) {
    problem(1, `has ${lines.length - 1} lines, more than ${FILE_LINES}: one idea a file`)
  }
  for (const [index, line] of lines.entries()) {
    if (line.length > COLUMNS && !/['"`/]/.test(line)) {
      problem(index + 1, `has ${line.length} columns, more than ${COLUMNS}`)
    }
  }
  const tree = parse(file)
  if (tree === null) return problems
  walk(tree, (node, above) => {
    if (!functions.test(node.type) || isGrouping(above)) return
    const from = lineAt(file.text, node.start)
    const length = lineAt(file.text, node.end) - from + 1
    if (length > FUNCTION_LINES)
      problem(from, `function of ${length} lines, more than ${FUNCTION_LINES}`)
  })
  return problems
}

/** The function given to `describe` only groups tests; each test in it is measured by itself. */
function isGrouping(above: readonly { type: string }[]): boolean {
  const call = above.at(-1)
  if (call?.type !== 'CallExpression') return false
  const callee: unknown = Reflect.get(call, 'callee')
  return /"name":"describe"/.test(JSON.stringify(callee))
}
