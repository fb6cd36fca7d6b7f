import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readEndpoints } from '../../../flows/read-events.ts'
import type { Ports } from '../../../ports/index.ts'
import type { HttpParts } from '../../parts.ts'
import { endpointShape, showEndpoint } from '../../shapes/endpoint.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/webhook-endpoints: all of them, oldest first, without their secrets. */
export const listEndpoints = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/webhook-endpoints',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List webhook endpoints',
          response: { 200: z.object({ data: z.array(endpointShape) }) },
        },
      },
      async () => ({ data: (await readEndpoints(ports)).map(showEndpoint) }),
    )
  }
}
