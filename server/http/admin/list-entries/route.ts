import { instant } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readEntries } from '../../../flows/read-ledger.ts'
import type { Ports } from '../../../ports/index.ts'
import { newestFirst, readCursor, writeCursor } from '../../cursor.ts'
import { momentFrom, momentUntil } from '../../moment.ts'
import { pageOf, pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { entryShape, showEntry } from '../../shapes/entry.ts'
import { inBoth } from '../../validation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const subject = z
  .string()
  .regex(/^[a-z_]{1,32}:[\x21-\x7e]{1,128}$/, {
    error: inBoth(
      'must be like order:ord_…, payment:pay_…, refund:rfd_… or transaction:4200…',
      '必须形如 order:ord_…、payment:pay_…、refund:rfd_… 或 transaction:4200…',
    ),
  })
  .optional()
  .describe('Whose entries; of order:… all that belong to it. Absent: everybody’s.')

const answer = z.object({
  data: z.array(entryShape),
  sums: z
    .array(z.object({ account: z.string(), amount: z.int() }))
    .nullable()
    .describe('What all entries of the subject come to, on this page or not; null without one.'),
  next_cursor: z.string().nullable(),
})

/** GET /admin/v1/ledger/entries: what was booked, oldest first. */
export const listEntries = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/ledger/entries',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Ledger entries',
          description: 'Of a subject, or of a time by when they were booked; oldest first.',
          querystring: z.strictObject({
            ...pageQuery,
            subject,
            from: momentFrom.optional(),
            to: momentUntil.optional(),
          }),
          response: { 200: answer },
        },
      },
      async (request) => {
        const { limit, cursor, from: fromMs, to: toMs } = request.query
        const place = readCursor(cursor, newestFirst)
        const after = place && { atMs: instant(place.createdAtMs), id: place.id }
        const wanted = { subject: request.query.subject, fromMs, toMs, after, limit: limit + 1 }
        const { entries, sums } = await readEntries(ports, wanted)
        const page = pageOf(entries, limit, showEntry, ({ atMs, id }) =>
          writeCursor({ at: atMs, id }),
        )
        const told = sums?.map(({ account, amountFen: amount }) => ({ account, amount })) ?? null
        return { ...page, sums: told }
      },
    )
  }
}
