import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { approveRefund } from '../../../flows/approve-refund.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { refundShape, showRefund } from '../../shapes/refund.ts'
import { adminDocs, adminOnly, operatorOf } from '../guard.ts'

/** POST /admin/v1/refunds/{id}/approve: the second person's yes to a large refund. */
export const approveRefundRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/refunds/:id/approve',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Approve a refund',
          description:
            'For a refund whose approval is awaiting; it goes to WeChat from then on. The operator ' +
            'who asked for it may not, and a try is an event.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body: z.strictObject({}),
          response: { 200: refundShape },
        },
      },
      async (request) => {
        const approval = { refundId: request.params.id, operator: operatorOf(request) }
        const result = await approveRefund(ports, approval)
        if (result.kind !== 'done') throw new Problem(result.kind)
        return showRefund(result.refund)
      },
    )
  }
}
