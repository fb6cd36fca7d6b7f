import type { FastifyPluginAsync } from 'fastify'
import { Problem, type Text } from './errors.ts'

/** Enough for every request of ours; more is refused before it is read. */
export const bodyLimitBytes = 64 * 1024
const maxDepth = 20
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** Any JSON value as our parser gives it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue }

/**
 * Parses a JSON body strictly: UTF-8 without BOM, at most 20 levels, no key twice in an object, no
 * key that reaches a prototype, numbers that JavaScript can hold exactly as they were written.
 * Two readers of one text must never see two things, and a signature or a hash of it must mean
 * what we understood. Throws Problem invalid_request naming the field; an empty body is undefined.
 */
export function parseJson(bytes: Uint8Array): JsonValue | undefined {
  if (bytes.length === 0) return undefined
  return new Parser(decode(bytes)).document()
}

/** A body that is an object, or none at all: every request of ours is one of the two. */
function parseObject(bytes: Uint8Array): JsonValue | undefined {
  const value = parseJson(bytes)
  if (
    value === undefined ||
    (typeof value === 'object' && value !== null && !Array.isArray(value))
  ) {
    return value
  }
  throw wrong('body', 'must be a JSON object', '必须是 JSON 对象')
}

/** Registers the parser for application/json; other content types are 415. */
export const jsonBodyPlugin: FastifyPluginAsync = async (app) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
    async (request: { headers: Record<string, unknown> }, body: Buffer) => {
      refuseEncodings(request.headers)
      return parseObject(body)
    },
  )
}

/**
 * Hands the bytes to the route exactly as they came, whatever the content type. For the routes
 * that WeChat calls: a signature is over these bytes and nothing else. Register it inside a plugin
 * of its own, so that it reaches no other route.
 */
export const rawBodyPlugin = (limitBytes: number): FastifyPluginAsync => {
  const plugin: FastifyPluginAsync = async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limitBytes },
      async (_request: unknown, body: Buffer) => body,
    )
  }
  return shared(plugin)
}

/** Fastify's mark for a plugin that works on the instance that registers it. */
export function shared(plugin: FastifyPluginAsync): FastifyPluginAsync {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
shared(jsonBodyPlugin)

function refuseEncodings(headers: Record<string, unknown>): void {
  const encoding = headers['content-encoding']
  const charset = /;\s*charset=\s*"?([^";\s]+)/i.exec(String(headers['content-type'] ?? ''))?.[1]
  if (encoding !== undefined && encoding !== 'identity') throw new Problem('unsupported_media_type')
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    throw new Problem('unsupported_media_type')
  }
}

function decode(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!text.startsWith('\uFEFF')) return text
  } catch {
    // Said below, for both reasons.
  }
  throw wrong('body', 'must be UTF-8 without a byte order mark', '必须是不带 BOM 的 UTF-8 文本')
}

function wrong(field: string, en: string, zh: string): Problem {
  const message: Text = { en, zh }
  return new Problem('invalid_request', {
    errors: [{ field: field === '' ? 'body' : field, message }],
  })
}

const whitespace = /[ \t\n\r]*/y
const stringToken = /"(?:[^"\\]|\\.)*"/sy
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const wordToken = /true|false|null/y

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    const value = this.#value('', 0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected('')
    return value
  }

  #value(path: string, depth: number): JsonValue {
    this.#space()
    const next = this.#text[this.#at]
    if (next === '{' || next === '[') {
      if (depth >= maxDepth) {
        throw wrong(
          path.slice(0, 100),
          `is deeper than ${maxDepth} levels`,
          `嵌套超过 ${maxDepth} 层`,
        )
      }
      return next === '{' ? this.#object(path, depth + 1) : this.#array(path, depth + 1)
    }
    if (next === '"') return this.#string(path)
    const word = this.#take(wordToken)
    if (word !== null) return word === 'null' ? null : word === 'true'
    const digits = this.#take(numberToken)
    if (digits === null) throw this.#unexpected(path)
    return exactNumber(digits, path)
  }

  #object(path: string, depth: number): JsonValue {
    const result: { [key: string]: JsonValue } = {}
    this.#at += 1
    if (this.#closes('}')) return result
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#unexpected(path)
      const key = this.#string(path)
      const field = path === '' ? shown(key) : `${path}.${shown(key)}`
      if (forbiddenKeys.has(key)) throw wrong(field, 'is not a known field', '是未知字段')
      if (Object.hasOwn(result, key)) throw wrong(field, 'stands there twice', '重复出现')
      this.#space()
      if (this.#text[this.#at] !== ':') throw this.#unexpected(field)
      this.#at += 1
      result[key] = this.#value(field, depth)
      if (this.#closes('}')) return result
      this.#comma(path)
    }
  }

  #array(path: string, depth: number): JsonValue {
    const result: JsonValue[] = []
    this.#at += 1
    if (this.#closes(']')) return result
    for (;;) {
      result.push(this.#value(`${path}[${result.length}]`, depth))
      if (this.#closes(']')) return result
      this.#comma(path)
    }
  }

  #string(path: string): string {
    const token = this.#take(stringToken)
    if (token === null) throw this.#unexpected(path)
    const value = this.#unescaped(token, path)
    if (!value.isWellFormed() || value.includes('\u0000')) {
      throw wrong(path, 'has a character that no text has (U+0000 or half a pair)', '含有非法字符')
    }
    return value
  }

  /** JSON.parse knows the escapes and refuses bare control characters, which the token allows. */
  #unescaped(token: string, path: string): string {
    try {
      return String(JSON.parse(token))
    } catch {
      throw wrong(
        path,
        'has a bare control character or a wrong escape',
        '含有控制字符或错误的转义',
      )
    }
  }

  #space(): void {
    this.#take(whitespace)
  }

  #closes(bracket: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== bracket) return false
    this.#at += 1
    return true
  }

  #comma(path: string): void {
    if (this.#text[this.#at] !== ',') throw this.#unexpected(path)
    this.#at += 1
  }

  #take(token: RegExp): string | null {
    token.lastIndex = this.#at
    const found = token.exec(this.#text)
    if (found === null) return null
    this.#at = token.lastIndex
    return found[0]
  }

  #unexpected(path: string): Problem {
    const where = this.#at >= this.#text.length ? 'at its end' : `at character ${this.#at + 1}`
    const place = this.#at >= this.#text.length ? '结尾' : `第 ${this.#at + 1} 个字符`
    return wrong(path, `is not valid JSON ${where}`, `不是合法的 JSON（${place}）`)
  }
}

function exactNumber(digits: string, path: string): number {
  const value = Number(digits)
  const plain = /^-?[0-9]+(\.[0-9]+)?$/.test(digits)
  const exact = plain && (digits.includes('.') || Number.isSafeInteger(value))
  if (!exact || !Number.isFinite(value) || Object.is(value, -0)) {
    throw wrong(
      path,
      'must be a plain number below 2^53, without exponent and not -0',
      '必须是小于 2^53 的普通数字，不用指数写法，也不能是 -0',
    )
  }
  return value
}

function shown(key: string): string {
  return /^[\w-]{1,64}$/.test(key) ? key : JSON.stringify(key.slice(0, 64))
}
