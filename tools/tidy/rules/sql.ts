import {
  isCode,
  isTest,
  lineAt,
  type Node,
  type Problem,
  parse,
  type Source,
  walk,
} from '../source.ts'

const clocks =
  /\b(now|random|gen_random_uuid|clock_timestamp|statement_timestamp|transaction_timestamp|uuidv7|uuidv4)\s*\(|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b/i

const looksLikeSql =
  /\b(select|insert into|update|delete from|create (table|index|function|view)|alter table|default)\b/i

/** SQL gets every instant and id as a parameter, so that virtual time and replay hold. */
export function sqlClocks(files: readonly Source[]): Problem[] {
  return files.flatMap((file) => {
    if (file.path.endsWith('.sql')) return clockProblems(file, file.text, 0)
    if (!isCode(file.path) || isTest(file.path) || !file.path.startsWith('server/')) return []
    return sqlTexts(file).flatMap(({ text, start }) => clockProblems(file, text, start))
  })
}

function clockProblems(file: Source, text: string, start: number): Problem[] {
  const match = clocks.exec(text.replaceAll(/job_now\s*\(/gi, 'job_xxx('))
  if (match === null) return []
  return [
    {
      path: file.path,
      line: lineAt(file.text, start + match.index),
      rule: 'sql',
      text: `${match[0].trim()} in SQL: give instants, chance and ids as parameters`,
    },
  ]
}

/** Reads of several rows come in a stated order. `-- one row` or `// one row` says that it is one. */
export function sqlOrder(files: readonly Source[]): Problem[] {
  return files
    .filter(({ path }) => isCode(path) && path.startsWith('server/store/') && !isTest(path))
    .flatMap((file) => [...rawReads(file), ...builtReads(file)])
}

const singleRow =
  /\blimit\s+1\b|\bselect\s+(count|max|min|sum|coalesce|exists|1\b|pg_|to_regclass|set_config|current_setting)|for update\b|\bone row\b/i

function rawReads(file: Source): Problem[] {
  return sqlTexts(file)
    .filter(({ text }) => /^\s*(with\b[\s\S]*)?select\b/i.test(text) && /\bfrom\b/i.test(text))
    .filter(({ text }) => !/\border by\b/i.test(text) && !singleRow.test(text))
    .filter(({ start }) => !saysOneRow(file, start))
    .map(({ start }) => orderProblem(file, start))
}

function builtReads(file: Source): Problem[] {
  const problems: Problem[] = []
  const tree = parse(file)
  if (tree === null) return problems
  walk(tree, (node) => {
    if (node.type !== 'CallExpression') return
    const text = file.text.slice(node.start, node.end)
    if (!/\.execute\(\)$/.test(text) || !/\.selectFrom\(/.test(text)) return
    if (/\.orderBy\(/.test(text) || saysOneRow(file, node.start)) return
    problems.push(orderProblem(file, node.start))
  })
  return problems
}

function saysOneRow(file: Source, start: number): boolean {
  const before = file.text.slice(0, start).split('\n').slice(-4, -1).join('\n')
  return /\/\/.*\bone row\b/i.test(before)
}

const orderProblem = (file: Source, start: number): Problem => ({
  path: file.path,
  line: lineAt(file.text, start),
  rule: 'order',
  text: 'reads several rows without ORDER BY (or say `// one row: why` above it)',
})

/** The string and template literals of a file that are SQL. */
function sqlTexts(file: Source): { text: string; start: number }[] {
  const tree = parse(file)
  const texts: { text: string; start: number }[] = []
  if (tree === null) return texts
  walk(tree, (node: Node) => {
    if (node.type !== 'TemplateLiteral' && node.type !== 'Literal') return
    const text = file.text.slice(node.start + 1, node.end - 1)
    if (looksLikeSql.test(text)) texts.push({ text, start: node.start + 1 })
  })
  return texts
}
