import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readDayPage } from '../../../flows/differences.ts'
import type { Ports } from '../../../ports/index.ts'
import { byDay, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { reconciliationShape, showReconciliation } from '../../shapes/reconciliation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/reconciliations: the merchants' days, newest first. */
export const listReconciliations = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/reconciliations',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List reconciliations',
          description: 'One for each merchant and day, newest day first.',
          querystring: z.strictObject(pageQuery),
          response: {
            200: z.object({
              data: z.array(reconciliationShape),
              next_cursor: z.string().nullable(),
            }),
          },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const rows = await readDayPage(ports, {
          before: readCursor(cursor, byDay),
          limit: limit + 1,
        })
        return pageOf(
          rows,
          limit,
          (file) => showReconciliation(file.day.date, file.day.mchid, [file]),
          ({ day }) => writeCursor({ date: day.date, mchid: day.mchid }),
        )
      },
    )
  }
}
