import type { FastifyRequest } from 'fastify'
import { type Caller, whoAmI } from '../flows/who-am-i.ts'
import type { Ports } from '../ports/index.ts'
import { Problem } from './errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `authenticate`; read it through `callerOf`. */
    caller?: Caller
  }
}

/** RFC 6750: the token comes in this header alone, never in a URL, a cookie or a body. */
const bearer = /^Bearer +([\x21-\x7e]{1,256}) *$/i

/** The token that a request carries, or null. */
export function bearerToken(request: FastifyRequest): string | null {
  return bearer.exec(request.headers.authorization ?? '')?.[1] ?? null
}

/**
 * Lets a person of a mini program pass; everybody else is 401, with one and the same answer. As
 * `onRequest` a stranger learns nothing of a route's fields, and no byte of his body is read.
 */
export function authenticate(ports: Ports): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = bearerToken(request)
    const caller = token === null ? null : await whoAmI(ports, token)
    if (caller === null || caller.session.scope !== 'person') throw unauthenticated()
    request.caller = caller
  }
}

/** Who sends this request. Throws when a route forgot `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  const { caller } = request
  if (caller === undefined) throw new Error('this route lets nobody in: authenticate is missing')
  return caller
}

export function unauthenticated(): Problem {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  return new Problem('unauthenticated', { headers })
}
