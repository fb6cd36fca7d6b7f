import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listCatalogue } from '../../../flows/list-catalogue.ts'
import type { Ports } from '../../../ports/index.ts'
import { inShopOrder, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import { productShape, showProduct } from '../../shapes/product.ts'

/** GET /v1/products: what can be bought, with prices in fen. Needs no token. */
export const listProducts = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/v1/products',
      {
        schema: {
          summary: 'List products',
          description: 'What can be bought, in the order of the shop. Needs no token.',
          tags: ['products'],
          querystring: z.strictObject(pageQuery),
          response: {
            200: z.object({ data: z.array(productShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const after = readCursor(cursor, inShopOrder)
        const rows = await listCatalogue(ports, { after, limit: limit + 1 })
        return pageOf(rows, limit, showProduct, (p) =>
          writeCursor({ position: p.position, id: p.id }),
        )
      },
    )
  }
}
