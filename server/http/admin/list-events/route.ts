import { instant } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { eventBody, eventTypes } from '../../../domain/event.ts'
import { type EventFile, readEvents } from '../../../flows/read-events.ts'
import type { Ports } from '../../../ports/index.ts'
import { newestFirst, readCursor, writeCursor } from '../../cursor.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const deliveryShape = z.object({
  endpoint_id: z.string(),
  round: z.number(),
  status: z.enum(['pending', 'delivered', 'parked']),
  attempts: z.number(),
  last_answer: z.string().nullable(),
  ended_at: z.string().nullable(),
})

const eventShape = z.object({
  id: z.string(),
  type: z.string(),
  timestamp: z.string(),
  subject: z.string(),
  version: z.number(),
  data: z.record(z.string(), z.unknown()),
  deliveries: z.array(deliveryShape),
})

/** GET /admin/v1/events: what was told to the merchant's systems, and how it went. */
export const listEvents = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/events',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'List events',
          description: 'Newest first, each as it is delivered, with its deliveries.',
          querystring: z.strictObject({
            ...pageQuery,
            type: z.enum(eventTypes).optional(),
            subject: z
              .string()
              .regex(/^[\x20-\x7e]{1,128}$/)
              .optional(),
          }),
          response: {
            200: z.object({ data: z.array(eventShape), next_cursor: z.string().nullable() }),
          },
        },
      },
      async (request) => {
        const { limit, cursor, type, subject } = request.query
        const place = readCursor(cursor, newestFirst)
        const before = place && { ...place, createdAtMs: instant(place.createdAtMs) }
        const rows = await readEvents(ports, { type, subject, before, limit: limit + 1 })
        return pageOf(rows, limit, show, ({ event }) =>
          writeCursor({ at: event.createdAtMs, id: event.id }),
        )
      },
    )
  }
}

function show({ event, deliveries }: EventFile): z.output<typeof eventShape> {
  return {
    ...JSON.parse(eventBody(event)),
    deliveries: deliveries.map((delivery) => ({
      endpoint_id: delivery.endpointId,
      round: delivery.round,
      status: delivery.status,
      attempts: delivery.attempts,
      last_answer: delivery.lastAnswer,
      ended_at: delivery.endedAtMs === null ? null : new Date(delivery.endedAtMs).toISOString(),
    })),
  }
}
