import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { logOutEverywhere } from '../../../flows/log-out.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'

/** DELETE /v1/sessions: log out on every device. */
export const deleteSessions = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.delete(
      '/v1/sessions',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Log out everywhere',
          description: 'Ends every session of this person at once, on every instance.',
          tags: ['session'],
          body: z.strictObject({}),
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await logOutEverywhere(ports, callerOf(request).account.id)
        return reply.code(204).send(null)
      },
    )
  }
}
