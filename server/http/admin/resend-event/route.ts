import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { resendEvent } from '../../../flows/webhook-endpoints.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** POST /admin/v1/events/{id}/resend: the same event once more. */
export const resendEventRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/events/:id/resend',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Send an event again',
          description:
            'To every active endpoint that wants it, with the same id and the same bytes.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body: z.strictObject({}),
          response: { 202: z.object({ deliveries: z.number() }) },
        },
      },
      async (request, reply) => {
        const deliveries = await resendEvent(ports, request.params.id)
        if (deliveries === null) throw new Problem('not_found')
        return reply.code(202).send({ deliveries })
      },
    )
  }
}
