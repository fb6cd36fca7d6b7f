import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'
import { accountShape, showAccount } from '../../shapes/account.ts'

/** GET /v1/session: who am I. */
export const getSession = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/v1/session',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Who am I',
          description: 'The account behind the token, and when the token ends at the latest.',
          tags: ['session'],
          response: { 200: z.object({ expires_at: z.string(), account: accountShape }) },
        },
      },
      async (request) => {
        const { session, account } = callerOf(request)
        const expires_at = new Date(session.expiresAtMs).toISOString()
        return { expires_at, account: showAccount(account) }
      },
    )
  }
}
