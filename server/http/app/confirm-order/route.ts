import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { confirmPayment } from '../../../flows/confirm-payment.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate } from '../../auth.ts'
import { noFields, notFound, orderOf, orderParams } from '../order-route.ts'
import { orderShape, presentOrder } from '../present-order.ts'

/** POST /v1/orders/{id}/confirm: the cashier returned, so WeChat is asked now. */
export const confirmOrder = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/v1/orders/:id/confirm',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'The cashier returned',
          description:
            'Asks WeChat about the payment (at most once a second and order) and answers the order ' +
            'with what is known, within 5 s. What the phone believes decides nothing.',
          tags: ['orders'],
          params: orderParams,
          body: noFields,
          response: { 200: orderShape },
        },
      },
      async (request) => {
        const view = await confirmPayment(ports, orderOf(request, request.params.id))
        if (view === null) throw notFound()
        return presentOrder(view)
      },
    )
  }
}
