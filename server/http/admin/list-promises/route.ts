import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readPromises } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import type { HttpParts } from '../../parts.ts'
import { promiseShape, showPromise } from '../../shapes/promise.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/promises: what is always true about the money, and whether it is. */
export const listPromises = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/promises',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Live promises',
          description: 'Checked on the data every hour, with how much was checked and what broke.',
          response: { 200: z.object({ data: z.array(promiseShape), next_cursor: z.null() }) },
        },
      },
      async () => ({ data: (await readPromises(ports)).map(showPromise), next_cursor: null }),
    )
  }
}
