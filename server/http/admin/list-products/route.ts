import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readAllProducts } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import { inShopOrder, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { adminProductShape, showAdminProduct } from '../../shapes/product.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/products: the catalogue, with what is not for sale. */
export const listAllProducts = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/products',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List products',
          description: 'The whole catalogue in the order of the shop, inactive products too.',
          querystring: z.strictObject(pageQuery),
          response: {
            200: z.object({ data: z.array(adminProductShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const after = readCursor(cursor, inShopOrder)
        const rows = await readAllProducts(ports, { after, limit: limit + 1 })
        return pageOf(rows, limit, showAdminProduct, (p) =>
          writeCursor({ position: p.position, id: p.id }),
        )
      },
    )
  }
}
