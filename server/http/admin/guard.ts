import type { preParsingAsyncHookHandler } from 'fastify'
import { whoOperates } from '../../flows/operate.ts'
import type { Ports } from '../../ports/index.ts'
import { bearerToken, unauthenticated } from '../auth.ts'
import { atMost } from '../limits.ts'
import type { GivenParts, HttpParts } from '../parts.ts'

/** Whether a bearer text is the operator's key or a console session that still stands. */
export function operatorCheck(
  ports: Ports,
  parts: Pick<GivenParts, 'isAdminKey' | 'operatorId'>,
): HttpParts['isOperator'] {
  return async (presented) =>
    parts.isAdminKey(presented) || (await whoOperates(ports, parts.operatorId, presented)) !== null
}

type Check = (presented: string) => boolean | Promise<boolean>

/**
 * A person's token opens nothing here. Asked before a byte of the body is read, but after the bound
 * on requests, which is an onRequest hook: a guess that is refused must have been counted.
 */
function letsPass(check: Check): preParsingAsyncHookHandler {
  return async (request) => {
    const presented = bearerToken(request)
    if (presented === null || !(await check(presented))) throw unauthenticated()
  }
}

/** What every admin route begins with: a bound on guesses, and who it is before anything is read. */
export function adminOnly(parts: Pick<HttpParts, 'isOperator'>) {
  return { config: atMost(600, 60_000), preParsing: letsPass(parts.isOperator) }
}

/** The key itself, for what a console session may not do. */
export function keyOnly(parts: Pick<HttpParts, 'isAdminKey'>) {
  return { config: atMost(60, 60_000), preParsing: letsPass(parts.isAdminKey) }
}

/** What the documentation says of every admin route. */
export const adminDocs = { tags: ['admin'], security: [{ admin: [] }] }
