// Our own HTTP side: JSON bodies, every route's fields, cursors, headers.
import type { FastifyRequest } from 'fastify'
import { idempotencyKey, requestHash } from '../../../server/http/app/idempotency.ts'
import { bearerToken } from '../../../server/http/auth.ts'
import { inShopOrder, newestFirst, readCursor, writeCursor } from '../../../server/http/cursor.ts'
import { languageOf, Problem } from '../../../server/http/errors.ts'
import { parseJson } from '../../../server/http/json.ts'
import type { Chance } from '../core/chance.ts'
import { must, orRefused, type Parser, textOf } from '../core/parser.ts'
import { digits, letters, oddText } from '../core/texts.ts'
import { anyJson, damagedJson, type Json, jsonText } from '../core/values.ts'
import { damagedText } from './texts.ts'

/** A refusal is invalid_request and names a field in both languages. */
export function mustBeProblem(problem: unknown): void {
  if (!(problem instanceof Problem)) throw problem
  must(problem.code === 'invalid_request', 'its code is invalid_request')
  const errors = problem.extra.errors ?? []
  must(errors.length > 0 && errors.length <= 20, 'it names the fields')
  for (const { field, message } of errors) {
    must(field !== '' && field.length <= 1_000, 'a field has a name that fits into a line')
    const words = typeof message === 'string' ? { en: message, zh: message } : message
    must(words.en !== '' && words.zh !== '', 'words in both languages')
  }
}

/** What `read` gives, or undefined when it refused as it should. */
export function orProblem<T>(read: () => T): { value: T } | null {
  try {
    return { value: read() }
  } catch (problem) {
    mustBeProblem(problem)
    return null
  }
}

const escapedKey = /"(?:[^"\\]|\\.)*\\.(?:[^"\\]|\\.)*"\s*:/

export const json: Parser = {
  name: 'json',
  good: ['{"code":"x"}', '{"items":[{"product_id":"cup","quantity":1}]}', '', '{}', '[1.5,-2]'],
  damage: damagedText,
  make: (chance) => jsonText(chance, anyJson(chance)),
  feed: (input) => {
    const text = textOf(input)
    const read = orProblem(() => parseJson(Buffer.from(text)))
    if (read === null) return 'refused'
    if (read.value === undefined) return 'empty'
    const seen = JSON.stringify(read.value)
    must(!/"(__proto__|constructor|prototype)":/.test(seen), 'no way to a prototype')
    // V8 of Node 24.21 takes the key "a\\u0041" for "a\\" when it has met "a\\\\" at that place before.
    if (escapedKey.test(text)) return 'accepted, with an escape in a key'
    const same = JSON.stringify(JSON.parse(Buffer.from(text).toString()))
    must(seen === same, 'as every other parser understands it')
    return 'accepted'
  },
}

const encoded = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export const cursor: Parser = {
  name: 'cursor',
  good: [encoded({ at: 1, id: 'ord_1' }), encoded({ position: 1, id: 'cup' })],
  damage: damagedText,
  make: (chance) =>
    encoded(
      damagedJson(chance, { at: chance.below(2 ** 31), position: chance.below(99), id: 'ord_1' }),
    ),
  feed: (input) => {
    const text = textOf(input)
    const newest = orProblem(() => readCursor(text, newestFirst))?.value
    const shop = orProblem(() => readCursor(text, inShopOrder))?.value
    if (newest) {
      const again = writeCursor({ at: newest.createdAtMs, id: newest.id })
      const read = readCursor(again, newestFirst)
      must(JSON.stringify(read) === JSON.stringify(newest), 'the same place again')
    }
    if (shop) {
      const read = readCursor(writeCursor({ ...shop }), inShopOrder)
      must(JSON.stringify(read) === JSON.stringify(shop), 'the same place again')
      must(Number.isSafeInteger(shop.position), 'a position that the database can hold')
    }
    return newest || shop ? 'accepted' : 'refused'
  },
}

const requestWith = (headers: Record<string, string | undefined>) =>
  ({ headers }) as unknown as FastifyRequest

export const idempotencyHeader: Parser = {
  name: 'idempotency-key',
  good: ['3f6c2b7e-5a', 'a b'],
  damage: damagedText,
  make: (chance) => letters(chance, chance.between(0, 300)),
  feed: (input) => {
    const text = textOf(input)
    const request = requestWith({ 'idempotency-key': text })
    const key = orRefused(() => idempotencyKey(request), Problem)
    if (key === null) return 'refused'
    must(key === text && /^[\x20-\x7e]{1,255}$/.test(key), 'the key as it was sent')
    return 'accepted'
  },
}

/** The same value with the keys of every object the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).reverse()
  return Object.fromEntries(pairs.map(([key, part]) => [key, turned(part)]))
}

export const bodyHash: Parser = {
  name: 'request-hash',
  good: [{ items: [{ product_id: 'cup', quantity: 1 }] }],
  make: (chance) => anyJson(chance),
  feed: (input) => {
    const hash = requestHash('POST /v1/orders', input)
    must(hash === requestHash('POST /v1/orders', turned(input)), 'the order of keys is nothing')
    must(hash !== requestHash('POST /v1/orders', [input]), 'another body is another hash')
    must(hash !== requestHash('POST /v1/order', input), 'another route is another hash')
    return 'accepted'
  },
}

export const bearer: Parser = {
  name: 'bearer',
  good: ['Bearer mt_abc', 'bearer  sk_x '],
  damage: damagedText,
  make: (chance) =>
    `${chance.pick(['Bearer ', 'Basic ', 'Bearer', ''])}${letters(chance, chance.below(300))}`,
  feed: (input) => {
    const token = bearerToken(requestWith({ authorization: textOf(input) }))
    if (token === null) return 'refused'
    must(/^[\x21-\x7e]{1,256}$/.test(token) && textOf(input).includes(token), 'a visible token')
    return 'accepted'
  },
}

const LANGUAGES = ['zh', 'zh-CN', 'en', 'en-GB;q=0.8', 'zh;q=0', '*', 'de;q=1.000', ';;', 'q=1']

export const acceptLanguage: Parser = {
  name: 'accept-language',
  good: ['zh-CN,zh;q=0.9,en;q=0.8', ''],
  damage: damagedText,
  make: (chance) =>
    Array.from({ length: chance.below(6) }, () => languageTag(chance)).join(
      chance.pick([',', ', ']),
    ),
  feed: (input) => languageOf(textOf(input)),
}

function languageTag(chance: Chance): string {
  return chance.oneIn(6) ? `${oddText(chance)};q=${digits(chance, 2)}` : chance.pick(LANGUAGES)
}
