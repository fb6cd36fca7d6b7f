import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { askPromises } from '../../../flows/check-promises.ts'
import type { Ports } from '../../../ports/index.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** POST /admin/v1/promises/check: one look now, beside the hourly one. */
export const checkPromisesRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/promises/check',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Check the live promises now',
          description: 'Answers at once; read the list for what was found.',
          body: z.strictObject({}),
          response: { 202: z.object({ status: z.literal('asked') }) },
        },
      },
      async (_request, reply) => {
        await askPromises(ports)
        return await reply.code(202).send({ status: 'asked' as const })
      },
    )
  }
}
