import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify'
import { whoOperates } from '../../flows/operate.ts'
import type { Ports } from '../../ports/index.ts'
import { bearerToken, unauthenticated } from '../auth.ts'
import { atMost } from '../limits.ts'
import type { GivenParts, HttpParts } from '../parts.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read; read it through `operatorOf`. */
    operator?: string
  }
}

type Lookup = (presented: string) => string | null | Promise<string | null>

/** The operator whose key a bearer text is, or whose console session still stands. */
export function operatorLookup(
  ports: Ports,
  parts: Pick<GivenParts, 'operatorOfKey' | 'operatorIds'>,
): HttpParts['operatorOf'] {
  return async (presented) => {
    const ofKey = parts.operatorOfKey(presented)
    if (ofKey !== null) return ofKey
    return (await whoOperates(ports, parts.operatorIds, presented))?.accountId ?? null
  }
}

/**
 * A person's token opens nothing here. Asked before a byte of the body is read, but after the bound
 * on requests, which is an onRequest hook: a guess that is refused must have been counted.
 */
function letsPass(lookup: Lookup): preParsingAsyncHookHandler {
  return async (request) => {
    const presented = bearerToken(request)
    const operator = presented === null ? null : await lookup(presented)
    if (operator === null) throw unauthenticated()
    request.operator = operator
  }
}

/** Who sends this request. Throws when a route forgot to let operators in only. */
export function operatorOf({ operator }: FastifyRequest): string {
  if (operator === undefined) throw new Error('this route lets nobody in: adminOnly is missing')
  return operator
}

/** What every admin route begins with: a bound on guesses, and who it is before anything is read. */
export function adminOnly(parts: Pick<HttpParts, 'operatorOf'>) {
  return { config: atMost(600, 60_000), preParsing: letsPass(parts.operatorOf) }
}

/** The key itself, for what a console session may not do. */
export function keyOnly(parts: Pick<HttpParts, 'operatorOfKey'>) {
  return { config: atMost(60, 60_000), preParsing: letsPass(parts.operatorOfKey) }
}

/** What the documentation says of every admin route. */
export const adminDocs = { tags: ['admin'], security: [{ admin: [] }] }
