import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { forgetAccount } from '../../../flows/forget-account.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'

/** DELETE /v1/account: the person leaves for good. */
export const deleteAccount = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.delete(
      '/v1/account',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Forget me',
          description:
            'Forgets phone number, identities and sessions of this person, in every app, for good; ' +
            'the orders stay with the shop. Who logs in again is a new account without them.',
          tags: ['session'],
          body: z.strictObject({}),
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await forgetAccount(ports, callerOf(request).account.id)
        return reply.code(204).send(null)
      },
    )
  }
}
