import { instant } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readTasks } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import { newestFirst, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { showTask, taskShape } from '../../shapes/task.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/tasks: everything that was parked for a person. */
export const listTasks = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/tasks',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List parked tasks',
          description: 'What waits for a person, newest first, with a sentence in both languages.',
          querystring: z.strictObject({
            ...pageQuery,
            status: z.enum(['open', 'resolved']).optional(),
          }),
          response: {
            200: z.object({ data: z.array(taskShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor, status } = request.query
        const place = readCursor(cursor, newestFirst)
        const before = place && { ...place, createdAtMs: instant(place.createdAtMs) }
        const rows = await readTasks(ports, { status, before, limit: limit + 1 })
        return pageOf(rows, limit, showTask, (t) => writeCursor({ at: t.createdAtMs, id: t.id }))
      },
    )
  }
}
