import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { logOut } from '../../../flows/log-out.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'

/** DELETE /v1/session: log out on this device. */
export const deleteSession = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.delete(
      '/v1/session',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Log out here',
          description: 'Ends this session at once, on every instance.',
          tags: ['session'],
          body: z.strictObject({}),
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await logOut(ports, callerOf(request).session)
        return reply.code(204).send(null)
      },
    )
  }
}
