import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { startPayment } from '../../../flows/start-payment.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'
import { Problem } from '../../errors.ts'
import { noFields, orderOf, orderParams } from '../order-route.ts'
import { orderShape, presentOrder } from '../present-order.ts'

const payment = z.object({
  timeStamp: z.string(),
  nonceStr: z.string(),
  package: z.string(),
  signType: z.literal('RSA'),
  paySign: z.string(),
})

/** POST /v1/orders/{id}/pay: the five strings for wx.requestPayment; may be repeated. */
export const payOrder = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/v1/orders/:id/pay',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Start paying',
          description:
            'The five strings for wx.requestPayment. May be repeated: it is one order at WeChat.',
          tags: ['orders'],
          params: orderParams,
          body: noFields,
          response: { 200: z.object({ payment, order: orderShape }) },
        },
      },
      async (request) => {
        const { appid } = callerOf(request).session
        const result = await startPayment(ports, { ...orderOf(request, request.params.id), appid })
        if (result.kind === 'unavailable') {
          const { advice } = result
          throw new Problem(
            'wechat_unavailable',
            advice === null ? {} : { detail: { en: advice.en, zh: advice.zh } },
          )
        }
        if (result.kind === 'other_app') throw new Problem('order_in_other_app')
        if (result.kind !== 'ready') throw new Problem(result.kind)
        return { payment: { ...result.callUp }, order: presentOrder(result.view) }
      },
    )
  }
}
