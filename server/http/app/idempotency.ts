import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'

/** The key of a request. @throws Problem when it is missing or not 1 to 255 printable ASCII */
export function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') throw new Problem('idempotency_key_missing')
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw new Problem('invalid_request', {
    errors: [
      {
        field: 'header.idempotency-key',
        message: {
          en: 'must be 1 to 255 printable ASCII characters',
          zh: '必须是 1 到 255 个可打印 ASCII 字符',
        },
      },
    ],
  })
}

/** Hash of a JSON value in which the order of an object's keys does not count. */
export function requestHash(route: string, body: unknown): string {
  return createHash('sha256')
    .update(`${route}\n${canonical(body)}`)
    .digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}
