import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { closeDifference } from '../../../flows/differences.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { differenceShape, showDifference } from '../../shapes/difference.ts'
import { reasonOf } from '../../shapes/reason.ts'
import { adminDocs, adminOnly, operatorOf } from '../guard.ts'

const mostReasonBytes = 1_000

const body = z.strictObject({
  reason: reasonOf(mostReasonBytes).describe('Why it is in order; kept for ever.'),
  by: reasonOf(80).optional().describe('Who says so. Absent: the operator of this key.'),
})

/** POST /admin/v1/differences/{id}/close: a person explains a difference. */
export const closeDifferenceRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/differences/:id/close',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Explain a difference',
          description:
            'Ends an open difference by a named person with a reason; nothing is booked.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body,
          response: { 200: differenceShape },
        },
      },
      async (request) => {
        const { reason, by = operatorOf(request) } = request.body
        const result = await closeDifference(ports, { id: request.params.id, by, reason })
        if (result.kind !== 'closed') throw new Problem(result.kind)
        return showDifference(result.difference)
      },
    )
  }
}
