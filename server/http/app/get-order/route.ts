import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { readOrder } from '../../../flows/read-orders.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate } from '../../auth.ts'
import { notFound, orderOf, orderParams } from '../order-route.ts'
import { orderShape, presentOrder } from '../present-order.ts'

/** GET /v1/orders/{id}: one's own order. */
export const getOrder = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/v1/orders/:id',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Read an order',
          description: 'Looks only: it asks nobody and decides nothing.',
          tags: ['orders'],
          params: orderParams,
          response: { 200: orderShape },
        },
      },
      async (request) => {
        const view = await readOrder(ports, orderOf(request, request.params.id))
        if (view === null) throw notFound()
        return presentOrder(view)
      },
    )
  }
}
