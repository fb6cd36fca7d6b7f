import { fen } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mostReasonBytes, type RefundFault } from '../../../domain/freeze-refund.ts'
import { mostOrderFen } from '../../../domain/price-order.ts'
import { type RequestedRefund, requestRefund } from '../../../flows/request-refund.ts'
import type { Ports } from '../../../ports/index.ts'
import { idempotencyKey, requestHash } from '../../app/idempotency.ts'
import { type ErrorCode, Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { reasonOf } from '../../shapes/reason.ts'
import { refundShape, showRefund } from '../../shapes/refund.ts'
import { adminDocs, adminOnly, operatorOf } from '../guard.ts'

const body = z.strictObject({
  amount: z.int().min(1).max(mostOrderFen).describe('Fen.'),
  reason: reasonOf(mostReasonBytes).describe('WeChat shows it to the person; at most 80 bytes.'),
  restock: z
    .boolean()
    .default(false)
    .describe("true: with success all the order's pieces go back to the stock, once an order."),
})

/** POST /admin/v1/orders/{id}/refunds: pays back all or a part; accepted is not done. */
export const createRefund = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/orders/:number/refunds',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Refund an order',
          description:
            'Reserves the amount at once and lets WeChat pay it back, a minute apart for each ' +
            'order. From MINITILL_APPROVE_REFUNDS_FROM on, a second operator has to approve it ' +
            'first. Needs an Idempotency-Key header. Ask GET /admin/v1/refunds/{id} how it is.',
          params: z.object({ number: z.string().min(1).max(64).describe("The order's id.") }),
          body,
          response: { 202: refundShape },
        },
      },
      async (request, reply) => {
        const { number: id } = request.params
        const { amount, reason, restock } = request.body
        const result = await requestRefund(ports, {
          orderId: id,
          amountFen: fen(amount),
          reason,
          restock,
          requestedBy: operatorOf(request),
          key: idempotencyKey(request),
          requestHash: requestHash(`POST /admin/v1/orders/${id}/refunds`, request.body),
          present: (refund) => JSON.stringify(showRefund(refund)),
        })
        if ('replayed' in result && result.replayed) reply.header('idempotent-replayed', 'true')
        const text = bodyOf(result)
        // The stored characters themselves: a repetition is the same answer, byte for byte.
        reply.code(202).header('content-type', 'application/json; charset=utf-8')
        return reply.serializer((one: unknown) => String(one)).send(text as never)
      },
    )
  }
}

const codes: Readonly<Record<RefundFault, ErrorCode>> = {
  exceeds_remainder: 'refund_too_much',
  too_many_parts: 'refund_limit',
  too_old: 'refund_too_late',
  restocked_already: 'already_restocked',
}

function bodyOf(result: RequestedRefund): string {
  switch (result.kind) {
    case 'accepted':
      return result.body
    case 'not_found':
      throw new Problem('not_found')
    case 'not_paid':
      throw new Problem('order_unpaid')
    case 'key_reused':
      throw new Problem('idempotency_key_reused')
    case 'key_busy':
      throw new Problem('idempotency_busy', { headers: { 'retry-after': '1' } })
    case 'refused': {
      const { why, remainderFen } = result
      if (why !== 'exceeds_remainder') throw new Problem(codes[why])
      const message = {
        en: `must be at most ${remainderFen}: the rest is refunded or on its way`,
        zh: `至多 ${remainderFen}：其余部分已退款或正在退款`,
      }
      throw new Problem(codes[why], { errors: [{ field: 'amount', message }] })
    }
  }
}
