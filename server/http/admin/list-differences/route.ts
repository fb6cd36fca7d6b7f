import { instant } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readDifferences } from '../../../flows/differences.ts'
import type { Ports } from '../../../ports/index.ts'
import { newestFirst, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { differenceShape, showDifference } from '../../shapes/difference.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/differences: where bills and books do not agree. */
export const listDifferences = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/differences',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List differences',
          description: 'Newest first, with a sentence in both languages.',
          querystring: z.strictObject({
            ...pageQuery,
            status: z.enum(['open', 'healed', 'explained']).optional(),
            date: z.iso.date().optional(),
            mchid: z.string().min(1).max(32).optional(),
          }),
          response: {
            200: z.object({ data: z.array(differenceShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const place = readCursor(cursor, newestFirst)
        const before = place && { id: place.id, openedAtMs: instant(place.createdAtMs) }
        const rows = await readDifferences(ports, { filter, before, limit: limit + 1 })
        return pageOf(rows, limit, showDifference, ({ openedAtMs, id }) =>
          writeCursor({ at: openedAtMs, id }),
        )
      },
    )
  }
}
