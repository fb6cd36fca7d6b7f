import type { onRequestAsyncHookHandler } from 'fastify'
import { Problem } from '../errors.ts'
import { hasAdminKey } from '../health.ts'
import { atMost } from '../limits.ts'
import type { HttpParts } from '../parts.ts'

/** Lets only the operator's key pass; a mini program's token opens nothing here. */
function keyOnly(parts: Pick<HttpParts, 'isAdminKey'>): onRequestAsyncHookHandler {
  return async (request) => {
    if (!hasAdminKey(request, parts)) {
      const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
      throw new Problem('unauthenticated', { headers })
    }
  }
}

/** What every admin route begins with: a bound on guesses, and the key before anything is read. */
export function adminOnly(parts: Pick<HttpParts, 'isAdminKey'>) {
  return { config: atMost(600, 60_000), onRequest: keyOnly(parts) }
}

/** What the documentation says of every admin route. */
export const adminDocs = { tags: ['admin'], security: [{ admin: [] }] }
