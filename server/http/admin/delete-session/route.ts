import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { stopOperating } from '../../../flows/operate.ts'
import type { Ports } from '../../../ports/index.ts'
import { bearerToken } from '../../auth.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** DELETE /admin/v1/session: the console's log-out. */
export const deleteOperatorSession = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.delete(
      '/admin/v1/session',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'End this console session',
          description:
            'At once, on every instance. Sent with the admin key it changes nothing: the key has no session.',
          body: z.strictObject({}),
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await stopOperating(ports, bearerToken(request) ?? '')
        return reply.code(204).send(null)
      },
    )
  }
}
