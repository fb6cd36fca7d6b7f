import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { templateIdsOf } from '../../../domain/person-message.ts'
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

const answer = z.object({
  payment,
  order: orderShape,
  subscribe_template_ids: z
    .array(z.string())
    .optional()
    .describe('For wx.requestSubscribeMessage; only where the app has subscribe messages.'),
})

/** What the person of this app may be asked for; nothing where no template is configured. */
function toAsk({ parties }: Ports, appid: string): { subscribe_template_ids?: string[] } {
  const ids = templateIdsOf(parties.app(appid)?.messages ?? {})
  return ids.length === 0 ? {} : { subscribe_template_ids: ids }
}

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
          response: { 200: answer },
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
        const order = presentOrder(result.view)
        return { payment: { ...result.callUp }, order, ...toAsk(ports, appid) }
      },
    )
  }
}
