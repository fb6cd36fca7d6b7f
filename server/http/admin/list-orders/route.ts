import { instant } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { referenceShape } from '../../../domain/own-order.ts'
import { readAllOrders } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import { newestFirst, readCursor, writeCursor } from '../../cursor.ts'
import { pageQuery, partyQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { adminOrderShape, showAdminOrder } from '../../shapes/admin-order.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/orders: all orders, newest first. */
export const listAllOrders = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/orders',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List orders',
          description: 'All orders of the shop, newest first.',
          querystring: z.strictObject({
            ...pageQuery,
            ...partyQuery,
            status: z.enum(['unpaid', 'paid', 'closed']).optional(),
            reference: z.string().regex(referenceShape).optional(),
          }),
          response: {
            200: z.object({ data: z.array(adminOrderShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const place = readCursor(cursor, newestFirst)
        const before = place && { ...place, createdAtMs: instant(place.createdAtMs) }
        const found = await readAllOrders(ports, { filter, before, limit: limit + 1 })
        const shown = found.slice(0, limit)
        const last = found.length > limit ? shown.at(-1)?.order : undefined
        return {
          data: shown.map(showAdminOrder).filter((order) => order !== null),
          next_cursor: last ? writeCursor({ at: last.createdAtMs, id: last.id }) : null,
        }
      },
    )
  }
}
