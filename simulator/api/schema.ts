// The gateway's rule check (R20): which body an endpoint takes, and the sentences with which it
// refuses another one. Wording from real answers; see wechat-pay.md §0.6 of the protocol notes.
import { type PayAnswer, refused } from './pay-answer.ts'
import { bodyText, type Json } from './wire.ts'

export type Shape =
  | {
      readonly kind: 'text'
      readonly label: string
      readonly required?: boolean
      readonly min?: number
      readonly max?: number
      readonly pattern?: RegExp
    }
  | {
      readonly kind: 'integer'
      readonly label: string
      readonly required?: boolean
      readonly min?: number
    }
  | { readonly kind: 'flag'; readonly label: string; readonly required?: boolean }
  | {
      readonly kind: 'object'
      readonly label: string
      readonly required?: boolean
      readonly fields: Readonly<Record<string, Shape>>
    }
  | {
      readonly kind: 'list'
      readonly label: string
      readonly required?: boolean
      readonly item: Shape
    }

export type Fields = { readonly [key: string]: Json }

const DEEPEST = 16

function paramError(message: string, location: string | null, value: Json): PayAnswer {
  return refused(400, 'PARAM_ERROR', message, 268435461, { location, value })
}

/** The message when a value is of another JSON type than its field. */
function typeError(pointer: string, label: string, wanted: string, value: Json): PayAnswer {
  const source = `无法将 JSON 输入源“${pointer}”映射到目标字段“${label}”中`
  return paramError(`${source}，此字段需要一个合法的${wanted}`, 'body', value)
}

/** Field rules of strings, in the gateway's order: length, then pattern, then characters. */
function checkText(value: string, shape: Shape & { kind: 'text' }, at: string): PayAnswer | null {
  const rule = `输入源“${at}”映射到值字段“${shape.label}”字符串规则校验失败`
  const length = [...value].length
  if (length < (shape.min ?? 0)) {
    return paramError(`${rule}，字符数 ${length}，小于最小值 ${shape.min}`, 'body', length)
  }
  if (length > (shape.max ?? 65_536)) {
    return paramError(`${rule}，字符数 ${length}，大于最大值 ${shape.max}`, 'body', length)
  }
  if (shape.pattern !== undefined && !shape.pattern.test(value)) {
    const text = `${rule}，字符串必须匹配正则表达式“${shape.pattern.source}”`
    return paramError(text, 'body', value)
  }
  // WeChat stores strings whose characters take one to three bytes of UTF-8.
  if ([...value].some((character) => (character.codePointAt(0) ?? 0) > 0xffff)) {
    return paramError(
      `${rule}，字符串含有不支持的字符（UTF-8 编码须为 1 至 3 个字节）`,
      'body',
      value,
    )
  }
  return null
}

function checkInteger(
  value: number,
  shape: Shape & { kind: 'integer' },
  at: string,
): PayAnswer | null {
  if (!Number.isSafeInteger(value)) {
    return typeError(at, shape.label, ' 64 位有符号整数', value)
  }
  if (value >= (shape.min ?? 0)) return null
  const rule = `输入源“${at}”映射到数值字段“${shape.label}”规则校验失败`
  return paramError(`${rule}，值低于最小值 ${shape.min ?? 0}`, 'body', value)
}

function checkObject(value: Fields, shape: Shape & { kind: 'object' }, at: string) {
  for (const [key, inner] of Object.entries(shape.fields)) {
    const found = Object.hasOwn(value, key) ? value[key] : undefined
    const refusal = check(found, inner, `${at}/${key}`)
    if (refusal !== null) return refusal
  }
  return null
}

function isObject(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function check(value: Json | undefined, shape: Shape, at: string): PayAnswer | null {
  if (value === undefined) {
    if (shape.required !== true) return null
    const rule = `输入源“${at}”映射到字段“${shape.label}”必填性规则校验失败`
    return paramError(`${rule}，此字段为必填项`, 'body', '')
  }
  switch (shape.kind) {
    case 'text':
      if (typeof value !== 'string') return typeError(at, shape.label, '字符串', value)
      return checkText(value, shape, at)
    case 'integer':
      if (typeof value !== 'number') return typeError(at, shape.label, ' 64 位有符号整数', value)
      return checkInteger(value, shape, at)
    case 'flag':
      return typeof value === 'boolean' ? null : typeError(at, shape.label, '布尔值', value)
    case 'object':
      if (!isObject(value)) return typeError(at, shape.label, '对象', value)
      return checkObject(value, shape, at)
    case 'list':
      return checkList(value, shape, at)
  }
}

function checkList(value: Json, shape: Shape & { kind: 'list' }, at: string): PayAnswer | null {
  if (!Array.isArray(value)) return typeError(at, shape.label, '数组', value)
  if (value.length === 0) {
    const rule = `输入源“${at}”映射到字段“${shape.label}”数组规则校验失败`
    return paramError(`${rule}，元素个数 0，小于最小值 1`, 'body', 0)
  }
  for (const [index, item] of value.entries()) {
    const refusal = check(item, shape.item, `${at}/${index}`)
    if (refusal !== null) return refusal
  }
  return null
}

/** Pointers to fields that no document has. */
function unknownFields(value: Json | undefined, shape: Shape, at: string): readonly string[] {
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) return []
    return value.flatMap((item, index) => unknownFields(item, shape.item, `${at}/${index}`))
  }
  if (shape.kind !== 'object' || value === undefined || !isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined
    return known === undefined ? [`${at}/${key}`] : unknownFields(inner, known, `${at}/${key}`)
  })
}

function depth(value: Json, level = 0): number {
  if (level > DEEPEST || typeof value !== 'object' || value === null) return level
  const parts = Array.isArray(value) ? value : Object.values(value as Fields)
  return parts.reduce<number>((most, part) => Math.max(most, depth(part, level + 1)), level)
}

function parsed(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json
  } catch {
    return undefined
  }
}

export type ReadBody =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly answer: PayAnswer }

/** The body as an object of this shape, or the gateway's refusal. */
export function readBody(body: Uint8Array, shape: Shape & { kind: 'object' }): ReadBody {
  const value = parsed(body)
  if (value === undefined || !isObject(value) || depth(value) > DEEPEST) {
    const message = '请求参数不符合参数格式，请求体须为合法的 JSON 对象'
    return { ok: false, answer: paramError(message, 'body', bodyText(body).slice(0, 64)) }
  }
  const unknown = unknownFields(value, shape, '/body')
  if (unknown.length > 0) {
    const detail = { location: null, value: unknown.slice(0, 32) }
    const message = '请求中含有未在API文档中定义的参数'
    return { ok: false, answer: refused(400, 'PARAM_ERROR', message, 270924358, detail) }
  }
  const refusal = check(value, shape, '/body')
  return refusal === null ? { ok: true, fields: value } : { ok: false, answer: refusal }
}

/** The refusal of a query parameter that is missing. */
export function missingQuery(name: string, label: string): PayAnswer {
  const rule = `输入源“/query/${name}”映射到字段“${label}”必填性规则校验失败`
  return paramError(`${rule}，此字段为必填项`, 'query', '')
}

/** The refusal of a path value that does not match its rule. */
export function badPath(name: string, label: string, pattern: RegExp, value: string): PayAnswer {
  const rule = `输入源“/uri_template/${name}”映射到值字段“${label}”字符串规则校验失败`
  const text = `${rule}，字符串必须匹配正则表达式“${pattern.source}”`
  return paramError(text, 'uri_template', value.slice(0, 128))
}

/** The refusal of a query parameter that does not match its rule. */
export function badQuery(name: string, label: string, pattern: RegExp, value: string): PayAnswer {
  const rule = `输入源“/query/${name}”映射到值字段“${label}”字符串规则校验失败`
  const text = `${rule}，字符串必须匹配正则表达式“${pattern.source}”`
  return paramError(text, 'query', value.slice(0, 128))
}
