import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readRefundsOf } from '../../../flows/read-refunds.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { refundShape, showRefund } from '../../shapes/refund.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/orders/{id}/refunds: all refunds of an order; there are at most some hundred. */
export const listRefunds = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/orders/:number/refunds',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Refunds of an order',
          description: 'Oldest first; those that others started are among them.',
          params: z.object({ number: z.string().min(1).max(64).describe("The order's id.") }),
          response: { 200: z.object({ data: z.array(refundShape), next_cursor: z.null() }) },
        },
      },
      async (request) => {
        const refunds = await readRefundsOf(ports, request.params.number)
        if (refunds === null) throw new Problem('not_found')
        return { data: refunds.map(showRefund), next_cursor: null }
      },
    )
  }
}
