// The fields of every route of ours, as the route itself states them.
import Fastify from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { adminRoutes } from '../../../server/http/admin/index.ts'
import { appRoutes } from '../../../server/http/app/index.ts'
import { parseJson } from '../../../server/http/json.ts'
import type { HttpParts } from '../../../server/http/parts.ts'
import { validatorCompiler } from '../../../server/http/validation.ts'
import type { Ports } from '../../../server/ports/index.ts'
import type { Chance } from '../core/chance.ts'
import { type Input, must, type Parser } from '../core/parser.ts'
import { letters, oddText } from '../core/texts.ts'
import { anyJson, damagedJson, type Json } from '../core/values.ts'
import { mustBeProblem, orProblem } from './http.ts'

export interface Part {
  /** `POST /v1/orders body` */
  readonly name: string
  readonly httpPart: 'body' | 'querystring' | 'params'
  readonly schema: z.ZodType
}

/** Every body, query and path of ours; no port is touched, because nothing is asked. */
export async function partsOfRoutes(): Promise<readonly Part[]> {
  const found: Part[] = []
  const app = Fastify({ logger: false })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.addHook('onRoute', ({ method, url, schema }) => {
    for (const httpPart of ['body', 'querystring', 'params'] as const) {
      const one = schema?.[httpPart]
      if (one instanceof z.ZodType) {
        found.push({ name: `${String(method)} ${url} ${httpPart}`, httpPart, schema: one })
      }
    }
  })
  const ports = {} as Ports
  for (const route of appRoutes) await app.register(route(ports))
  for (const route of adminRoutes) await app.register(route(ports, {} as HttpParts))
  await app.ready()
  await app.close()
  return found
    .filter(({ name }) => !name.startsWith('HEAD '))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Values that some field of some route likes. */
const LIKED: readonly Json[] = [
  'cup',
  1,
  99,
  100,
  'CNY',
  true,
  'ord_1',
  '*',
  'retry',
  '20',
  'sorry',
]

function valueFor(chance: Chance, schema: unknown): Json {
  if (chance.oneIn(12)) return anyJson(chance)
  if (schema instanceof z.ZodObject) {
    const pairs = Object.entries(schema.shape)
      .filter(() => !chance.oneIn(12))
      .map(([key, part]): [string, Json] => [key, valueFor(chance, part)])
    return Object.fromEntries(pairs)
  }
  if (schema instanceof z.ZodArray) {
    return Array.from({ length: chance.below(4) }, () => valueFor(chance, schema.element))
  }
  if (schema instanceof z.ZodEnum) return String(chance.pick(schema.options))
  if (schema instanceof z.ZodBoolean) return chance.oneIn(2)
  if (schema instanceof z.ZodNumber) return chance.between(-1, 120)
  if (schema instanceof z.ZodString)
    return chance.oneIn(3) ? oddText(chance) : letters(chance, 8, 'abc_01')
  const inner = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
  return inner ? valueFor(chance, schema.unwrap()) : chance.pick(LIKED)
}

interface Asked {
  readonly part: string
  readonly value: Json
}

const isAsked = (input: Input): input is Asked & { [key: string]: Json } =>
  typeof input === 'object' && input !== null && !Array.isArray(input) && 'part' in input

export function apiFields(parts: readonly Part[]): Parser {
  const feedPart = ({ name, httpPart, schema }: Part, value: Json): string => {
    // A body comes through our own JSON parser first; the rest are texts of the address.
    const read = httpPart === 'body' ? throughParser(value) : { value: texts(value) }
    if (read === null) return 'refused by the JSON parser'
    const validate = validatorCompiler({ schema, httpPart, method: '', url: '' } as never)
    const result = validate(read.value)
    if (typeof result === 'object' && 'error' in result && result.error) {
      mustBeProblem(result.error)
      return 'refused'
    }
    const { value: seen } = result as { value: unknown }
    must(typeof seen === 'object' && seen !== null, 'an object, or none at all')
    must(Object.getPrototypeOf(seen) === Object.prototype, 'a plain object')
    const given = Object.keys(read.value ?? {})
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : given
    const strange = Object.keys(seen).filter((key) => !known.includes(key))
    must(strange.length === 0, `no field that ${name} does not document`)
    return 'accepted'
  }
  return {
    name: 'api-fields',
    good: parts.map(({ name }) => ({ part: name, value: {} })),
    damage: (chance, input) => {
      if (!isAsked(input)) return input
      return { part: input.part, value: damagedJson(chance, input.value) }
    },
    make: (chance) => {
      const { name, schema } = chance.pick(parts)
      return { part: name, value: valueFor(chance, schema) }
    },
    feed: (input) => {
      if (!isAsked(input)) return 'no input'
      const part = parts.find(({ name }) => name === input.part)
      return part === undefined ? 'no such route any more' : feedPart(part, input.value)
    },
  }
}

function throughParser(value: Json): { value: Record<string, unknown> | null } | null {
  const read = orProblem(() => parseJson(Buffer.from(JSON.stringify(value))))
  if (read === null) return null
  const isObject =
    typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value)
  return isObject ? { value: read.value as Record<string, unknown> } : null
}

/** What an address can hold: texts, and lists of them for a name that stands there twice. */
function texts(value: Json): Record<string, string | string[]> {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  const text = (one: Json) => (typeof one === 'string' ? one : JSON.stringify(one))
  const pairs = Object.entries(fields).map(([key, one]): [string, string | string[]] => [
    key,
    Array.isArray(one) ? one.map(text) : text(one),
  ])
  return Object.fromEntries(pairs)
}
