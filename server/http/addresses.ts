import type { FastifyInstance } from 'fastify'
import { Problem } from './errors.ts'

/**
 * An address with U+0000 in it is refused for every route at once: no text of ours has it, and
 * PostgreSQL takes none that has, so that each route would have to think of it by itself.
 */
export function refuseNul(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!request.url.includes('%00')) return
    const message = { en: 'must not hold the character U+0000', zh: '不能含有字符 U+0000' }
    throw new Problem('invalid_request', { errors: [{ field: 'path', message }] })
  })
}
