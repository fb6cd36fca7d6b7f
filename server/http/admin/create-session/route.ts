import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { beginOperating } from '../../../flows/operate.ts'
import type { Ports } from '../../../ports/index.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, keyOnly, operatorOf } from '../guard.ts'

/** POST /admin/v1/sessions: the admin key for a token that the console may keep. */
export const createOperatorSession = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/sessions',
      {
        ...keyOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Begin a console session',
          description:
            'Takes the admin key and gives a token for /admin that ends after 12 hours, after 2 hours unused, or with the key. It opens nothing of the mini program API.',
          body: z.strictObject({}),
          response: { 201: z.object({ token: z.string(), expires_at: z.string() }) },
        },
      },
      async (request, reply) => {
        const { token, expiresAtMs } = await beginOperating(ports, operatorOf(request))
        return reply.code(201).send({ token, expires_at: new Date(expiresAtMs).toISOString() })
      },
    )
  }
}
