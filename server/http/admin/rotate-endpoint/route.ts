import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { rotateSecret } from '../../../flows/webhook-endpoints.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** POST /admin/v1/webhook-endpoints/{id}/rotate: a new secret beside the present one. */
export const rotateEndpoint = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/webhook-endpoints/:id/rotate',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Rotate a webhook secret',
          description: 'For 24 hours both secrets sign, so that the receiver can change over.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body: z.strictObject({}),
          response: { 200: z.object({ secret: z.string(), old_secret_until: z.string() }) },
        },
      },
      async (request) => {
        const rotated = await rotateSecret(ports, request.params.id)
        if (rotated === null) throw new Problem('not_found')
        const until = new Date(rotated.oldUntilMs).toISOString()
        return { secret: rotated.secret, old_secret_until: until }
      },
    )
  }
}
