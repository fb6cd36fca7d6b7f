import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ShipmentFault } from '../../../domain/shipment.ts'
import { type ShippedOrder, shipOrder } from '../../../flows/ship-order.ts'
import type { Ports } from '../../../ports/index.ts'
import { idempotencyKey, requestHash } from '../../app/idempotency.ts'
import { type ErrorCode, Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { shipmentShape, showShipment } from '../../shapes/shipment.ts'
import { adminDocs, adminOnly } from '../guard.ts'
import { shipmentBodyShape, wishOf } from './body.ts'

/** POST /admin/v1/orders/{id}/shipments: parcels left; WeChat is told by itself. */
export const createShipment = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/orders/:number/shipments',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Ship an order',
          description:
            'Takes what left and tells WeChat (发货信息管理) about a minute after the payment. ' +
            'Several parcels are one request, or several with final: false. After the last one ' +
            'a further request is the one re-shipping. Needs an Idempotency-Key header.',
          params: z.object({ number: z.string().min(1).max(64).describe("The order's id.") }),
          body: shipmentBodyShape,
          response: { 202: shipmentShape },
        },
      },
      async (request, reply) => {
        const { number: id } = request.params
        const result = await shipOrder(ports, {
          ...wishOf(request.body),
          orderId: id,
          key: idempotencyKey(request),
          requestHash: requestHash(`POST /admin/v1/orders/${id}/shipments`, request.body),
          present: (shipment) => JSON.stringify(showShipment(shipment)),
        })
        if ('replayed' in result && result.replayed) reply.header('idempotent-replayed', 'true')
        const text = bodyOf(result)
        reply.code(202).header('content-type', 'application/json; charset=utf-8')
        return reply.serializer((one: unknown) => String(one)).send(text as never)
      },
    )
  }
}

const codes: Readonly<Record<Exclude<ShipmentFault, 'contact_missing'>, ErrorCode>> = {
  not_paid: 'order_not_shippable',
  refunded: 'order_refunded',
  received: 'order_received',
  reshipped: 'already_reshipped',
  too_many_parcels: 'shipment_limit',
}

function bodyOf(result: ShippedOrder): string {
  switch (result.kind) {
    case 'accepted':
      return result.body
    case 'not_found':
      throw new Problem('not_found')
    case 'key_reused':
      throw new Problem('idempotency_key_reused')
    case 'key_busy':
      throw new Problem('idempotency_busy', { headers: { 'retry-after': '1' } })
    case 'refused': {
      if (result.why !== 'contact_missing') throw new Problem(codes[result.why])
      const message = {
        en: 'is needed for SF, masked, like 138****1234: this person bound no number',
        zh: '顺丰必须填写打码手机号，例如 138****1234：该用户未绑定手机号',
      }
      const errors = [{ field: 'body.items[0].receiver_contact', message }]
      throw new Problem('invalid_request', { errors })
    }
  }
}
