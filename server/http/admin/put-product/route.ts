import { fen } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { imageUrlPattern, productIdPattern } from '../../../domain/catalogue.ts'
import { mostOrderFen } from '../../../domain/price-order.ts'
import { changeProduct } from '../../../flows/change-product.ts'
import type { Ports } from '../../../ports/index.ts'
import type { HttpParts } from '../../parts.ts'
import { adminProductShape, showAdminProduct } from '../../shapes/product.ts'
import { inBoth } from '../../validation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const id = z.string().regex(productIdPattern, {
  error: inBoth(
    'must be 1 to 64 letters, digits, "_" or "-"',
    '必须是 1 到 64 个字母、数字、"_" 或 "-"',
  ),
})

const plain = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), {
      error: inBoth('must not hold control characters', '不能含有控制字符'),
    })

const body = z.strictObject({
  name: plain(1, 100).refine((text) => text.trim() !== '', {
    error: inBoth('must not be blank', '不能为空白'),
  }),
  description: plain(0, 1000).default(''),
  price: z.int().min(1).max(mostOrderFen).describe('Fen.'),
  stock: z.int().min(0).max(1_000_000_000).nullable().describe('Pieces left; null: unlimited.'),
  image_url: z
    .string()
    .regex(imageUrlPattern, {
      error: inBoth('must be empty, https://… or /…', '必须为空、https://… 或 /…'),
    })
    .default(''),
  active: z.boolean().default(true).describe('false: no longer for sale.'),
})

/** PUT /admin/v1/products/{id}: sets a product, or adds it. */
export const putProduct = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.put(
      '/admin/v1/products/:id',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Set a product',
          description:
            'Changes a product, or adds it at the end. `stock` is what is left to sell now, ' +
            'without what unpaid orders hold. Orders keep the price at which they were placed.',
          params: z.object({ id }),
          body,
          response: { 200: adminProductShape },
        },
      },
      async (request) => {
        const { price, image_url, ...rest } = request.body
        const change = { ...rest, id: request.params.id, priceFen: fen(price), imageUrl: image_url }
        return showAdminProduct(await changeProduct(ports, change))
      },
    )
  }
}
