import { instant } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readOrders } from '../../../flows/read-orders.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'
import { newestFirst, readCursor, writeCursor } from '../../cursor.ts'
import { pageQuery } from '../../page.ts'
import { orderShape, presentOrder } from '../present-order.ts'

/** GET /v1/orders: one's own, newest first. */
export const listOrders = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/v1/orders',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'List my orders',
          description: 'Newest first.',
          tags: ['orders'],
          querystring: z.strictObject(pageQuery),
          response: {
            200: z.object({ data: z.array(orderShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const place = readCursor(cursor, newestFirst)
        const before = place && { createdAtMs: instant(place.createdAtMs), id: place.id }
        const accountId = callerOf(request).account.id
        const { views, next } = await readOrders(ports, { accountId, before, limit })
        const next_cursor = next && writeCursor({ at: next.createdAtMs, id: next.id })
        return { data: views.map(presentOrder), next_cursor }
      },
    )
  }
}
