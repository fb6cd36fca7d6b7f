import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { disableEndpoint } from '../../../flows/webhook-endpoints.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** DELETE /admin/v1/webhook-endpoints/{id}: nothing more is sent there. */
export const deleteEndpoint = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.delete(
      '/admin/v1/webhook-endpoints/:id',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Switch a webhook endpoint off',
          description: 'For good. What it was told before stays on record.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body: z.strictObject({}),
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        if (!(await disableEndpoint(ports, request.params.id))) throw new Problem('not_found')
        return reply.code(204).send(null)
      },
    )
  }
}
