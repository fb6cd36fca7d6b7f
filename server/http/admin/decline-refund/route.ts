import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declineRefund } from '../../../flows/approve-refund.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { reasonOf } from '../../shapes/reason.ts'
import { refundShape, showRefund } from '../../shapes/refund.ts'
import { adminDocs, adminOnly, operatorOf } from '../guard.ts'

const mostReasonBytes = 1_000

/** POST /admin/v1/refunds/{id}/decline: no, or taken back; the amount is free again. */
export const declineRefundRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/refunds/:id/decline',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Decline a refund',
          description:
            'For a refund whose approval is awaiting: it is closed, and WeChat never hears of it. ' +
            'Every operator may, the one who asked for it too.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body: z.strictObject({
            reason: reasonOf(mostReasonBytes).describe(
              'Kept with the refund; the payer sees none.',
            ),
          }),
          response: { 200: refundShape },
        },
      },
      async (request) => {
        const { reason } = request.body
        const decline = { refundId: request.params.id, operator: operatorOf(request), reason }
        const result = await declineRefund(ports, decline)
        if (result.kind !== 'done') throw new Problem(result.kind)
        return showRefund(result.refund)
      },
    )
  }
}
