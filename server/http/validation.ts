import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { type FieldError, Problem, type Text } from './errors.ts'

/** What a schema's own message looks like in both languages: `z.string({ error: inBoth(…) })`. */
export function inBoth(en: string, zh: string): string {
  return `${en}${separator}${zh}`
}

const separator = '\u001e'
/** Stands for "the schema gave no words of its own". */
const unsaid = '\u0000'
const maxErrors = 20

/**
 * Fastify's validator over zod. A body that was not sent counts as `{}`, so that a POST without
 * fields may have none and one with fields names each that is missing. (Fastify gives null for
 * it; a JSON null was refused by the parser.)
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const given = httpPart === 'body' && (data ?? null) === null ? {} : data
    const result = schema.safeParse(given, { error: () => unsaid, reportInput: true })
    if (result.success) return { value: result.data }
    return { error: problemOf(result.error.issues, httpPart ?? 'body') }
  }
}

/** invalid_request with one line for each wrong field, unknown ones named. */
export function problemOf(issues: readonly z.core.$ZodIssue[], part: string): Problem {
  const errors = issues.flatMap((issue) => fieldErrors(issue, part)).slice(0, maxErrors)
  return new Problem('invalid_request', { errors })
}

function fieldErrors(issue: z.core.$ZodIssue, part: string): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...issue.path, key], part),
      message: say('is not a known field; leave it out', '是未知字段，请去掉'),
    }))
  }
  return [{ field: fieldName(issue.path, part), message: words(issue) }]
}

function fieldName(path: readonly PropertyKey[], part: string): string {
  const names = path.map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 64)}`,
  )
  const name = names.join('').replace(/^\./, '')
  const prefix = { querystring: 'query', params: 'path', headers: 'header' }[part]
  if (prefix === undefined) return name === '' ? 'body' : name
  return name === '' ? prefix : `${prefix}.${name}`
}

const say = (en: string, zh: string): Text => ({ en, zh })

function words(issue: z.core.$ZodIssue): Text {
  if (issue.message !== unsaid) {
    const [en = '', zh] = issue.message.split(separator)
    return say(en, zh ?? en)
  }
  switch (issue.code) {
    case 'invalid_type':
      return missing(issue) ?? typeWords(issue.expected)
    case 'too_small':
      return boundWords(issue.origin, 'at least', '至少', Number(issue.minimum))
    case 'too_big':
      return boundWords(issue.origin, 'at most', '至多', Number(issue.maximum))
    case 'invalid_value':
      return say(
        `must be one of: ${issue.values.map(String).join(', ')}`,
        `必须是以下之一：${issue.values.map(String).join('、')}`,
      )
    case 'invalid_format':
      return say('does not have the documented form', '格式与文档约定不符')
    default:
      return say('is not as documented', '与文档约定不符')
  }
}

function missing(issue: z.core.$ZodIssue): Text | null {
  return issue.input === undefined ? say('is missing; it is required', '缺失，此字段必填') : null
}

const typeNames: Readonly<Record<string, Text>> = {
  string: say('must be a string', '必须是字符串'),
  number: say('must be a number', '必须是数字'),
  int: say('must be a whole number', '必须是整数'),
  boolean: say('must be true or false', '必须是 true 或 false'),
  array: say('must be a list', '必须是数组'),
  object: say('must be an object', '必须是对象'),
  null: say('must be null', '必须是 null'),
}

function typeWords(expected: string): Text {
  return typeNames[expected] ?? say(`must be ${expected}`, `必须是 ${expected}`)
}

function boundWords(origin: string, en: string, zh: string, bound: number): Text {
  if (origin === 'string')
    return say(`must have ${en} ${bound} characters`, `长度${zh} ${bound} 个字符`)
  if (origin === 'array') return say(`must have ${en} ${bound} entries`, `${zh} ${bound} 项`)
  return say(`must be ${en} ${bound}`, `必须${zh}为 ${bound}`)
}
