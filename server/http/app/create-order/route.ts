import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mostLines, mostQuantity, type OrderFault } from '../../../domain/price-order.ts'
import { type PlacedOrder, placeOrder } from '../../../flows/place-order.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'
import { Problem, type Text } from '../../errors.ts'
import { idempotencyKey, requestHash } from '../idempotency.ts'
import { orderShape, presentOrder } from '../present-order.ts'

const body = z.strictObject({
  items: z
    .array(
      z.strictObject({
        product_id: z.string().min(1).max(64),
        quantity: z.int().min(1).max(mostQuantity),
      }),
    )
    .min(1)
    .max(mostLines)
    .describe('Lines of the same product count as one.'),
})

/** POST /v1/orders: priced here, stock held, and placed once for each Idempotency-Key. */
export const createOrder = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/v1/orders',
      {
        onRequest: authenticate(ports),
        schema: {
          summary: 'Place an order',
          description:
            'Prices come from the catalogue, stock is held until the order is paid or closed. ' +
            'Needs an Idempotency-Key header; the same key and JSON give the same answer for 24 h.',
          tags: ['orders'],
          body,
          response: { 201: orderShape },
        },
      },
      async (request, reply) => {
        const key = idempotencyKey(request)
        const { account, session } = callerOf(request)
        const identity = await ports.store.read.accounts.identityOf(account.id, session.appid)
        if (identity === null) throw new Problem('unauthenticated')
        const lines = request.body.items.map(({ product_id: productId, quantity }) => ({
          productId,
          quantity,
        }))
        const placed = await placeOrder(ports, {
          accountId: account.id,
          appid: session.appid,
          openid: identity.openid,
          lines,
          key,
          requestHash: requestHash('POST /v1/orders', request.body),
          present: (view) => JSON.stringify(presentOrder(view)),
        })
        const text = bodyOf(placed, (name, value) => reply.header(name, value))
        // The stored characters themselves: a repetition is the same answer, byte for byte.
        reply.code(201).header('content-type', 'application/json; charset=utf-8')
        return reply.serializer((one: unknown) => String(one)).send(text as never)
      },
    )
  }
}

function bodyOf(placed: PlacedOrder, header: (name: string, value: string) => void): string {
  if ('replayed' in placed && placed.replayed) header('idempotent-replayed', 'true')
  switch (placed.kind) {
    case 'placed':
      return placed.body
    case 'key_reused':
      throw new Problem('idempotency_key_reused')
    case 'key_busy':
      throw new Problem('idempotency_busy', { headers: { 'retry-after': '1' } })
    case 'invalid':
      throw new Problem('invalid_request', {
        errors: [{ field: placed.field, message: faults[placed.why] }],
      })
    case 'out_of_stock':
      throw new Problem('out_of_stock', {
        detail: {
          en: `There are not enough pieces of ${placed.productId} left. Lower the quantity.`,
          zh: `商品 ${placed.productId} 库存不足，请减少数量。`,
        },
        errors: [
          {
            field: 'items',
            message: {
              en: `out of stock: ${placed.productId}`,
              zh: `库存不足：${placed.productId}`,
            },
          },
        ],
      })
  }
}

const faults: Readonly<Record<OrderFault, Text>> = {
  no_lines: { en: 'must have at least one line', zh: '至少要有一行' },
  too_many_lines: { en: `must have at most ${mostLines} lines`, zh: `至多 ${mostLines} 行` },
  bad_quantity: {
    en: `must be 1 to ${mostQuantity} in all lines of this product together`,
    zh: `同一商品合计数量必须为 1 到 ${mostQuantity}`,
  },
  unknown_product: { en: 'is not for sale; see GET /v1/products', zh: '商品不存在或已下架' },
  total_too_big: {
    en: 'come to more than 100 000 yuan; order less at once',
    zh: '订单总额超过 10 万元，请减少数量',
  },
}
