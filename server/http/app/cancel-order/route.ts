import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { cancelOrder } from '../../../flows/cancel-order.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate } from '../../auth.ts'
import { Problem } from '../../errors.ts'
import { noFields, notFound, orderOf, orderParams } from '../order-route.ts'
import { orderShape, presentOrder } from '../present-order.ts'

/** POST /v1/orders/{id}/cancel: closed at WeChat first, then here. */
export const cancelOrderRoute = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/v1/orders/:id/cancel',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Cancel an unpaid order',
          description:
            'Closes it at WeChat, then here, and gives the stock back. While WeChat is silent the ' +
            'order stays unpaid and the closing goes on by itself. 409 order_paid if it was paid.',
          tags: ['orders'],
          params: orderParams,
          body: noFields,
          response: { 200: orderShape },
        },
      },
      async (request) => {
        const result = await cancelOrder(ports, orderOf(request, request.params.id))
        if (result.kind === 'not_found') throw notFound()
        if (result.kind === 'order_paid') throw new Problem('order_paid')
        return presentOrder(result.view)
      },
    )
  }
}
