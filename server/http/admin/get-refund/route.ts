import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readRefund } from '../../../flows/read-refunds.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { refundShape, showRefund } from '../../shapes/refund.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/refunds/{id}: how a refund is. */
export const getRefund = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/refunds/:id',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'One refund',
          description: 'Its state as WeChat last said it.',
          params: z.object({ id: z.string().min(1).max(64) }),
          response: { 200: refundShape },
        },
      },
      async (request) => {
        const refund = await readRefund(ports, request.params.id)
        if (refund === null) throw new Problem('not_found')
        return showRefund(refund)
      },
    )
  }
}
