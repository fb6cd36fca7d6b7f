import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readSeals } from '../../../flows/read-ledger.ts'
import type { Ports } from '../../../ports/index.ts'
import { numbered, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { sealShape, showSeal } from '../../shapes/seal.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/ledger/seals: the chain that makes tampering show, newest first. */
export const listSeals = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/ledger/seals',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Seals of the ledger',
          description: 'Newest first. Each hash covers the one before and the seal’s entries.',
          querystring: z.strictObject(pageQuery),
          response: {
            200: z.object({ data: z.array(sealShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const before = readCursor(cursor, numbered)
        const rows = await readSeals(ports, { before, limit: limit + 1 })
        return pageOf(rows, limit, showSeal, ({ seq }) => writeCursor({ seq }))
      },
    )
  }
}
