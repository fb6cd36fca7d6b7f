import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readOrderFile } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { adminOrderShape, showAdminOrder } from '../../shapes/admin-order.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/orders/{number}: one order by its id or its out_trade_no. */
export const getOrderFile = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/orders/:number',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'One order',
          description: 'By its id, or by the out_trade_no of one of its payments.',
          params: z.object({ number: z.string().min(1).max(64) }),
          response: { 200: adminOrderShape },
        },
      },
      async (request) => {
        const file = await readOrderFile(ports, request.params.number)
        const shown = file === null ? null : showAdminOrder(file)
        if (shown === null) throw new Problem('not_found')
        return shown
      },
    )
  }
}
