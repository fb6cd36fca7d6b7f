import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { verifyLedger } from '../../../flows/verify-ledger.ts'
import type { Ports } from '../../../ports/index.ts'
import { numbered, readCursor, writeCursor } from '../../cursor.ts'
import { pageQuery } from '../../page.ts'
import type { HttpParts } from '../../parts.ts'
import { sealShape, showSeal } from '../../shapes/seal.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const what = z.enum([
  ...(['changed', 'removed', 'inserted'] as const),
  ...(['seal_changed', 'seal_missing', 'chain_broken'] as const),
])

const answer = z.object({
  data: z.array(
    z.object({
      seq: z.int().nullable().describe('The seal; null: no seal covers the entry.'),
      entry_id: z.string().nullable().describe('null: the seal itself.'),
      what,
    }),
  ),
  seals: z.int().describe('How many were looked at.'),
  entries: z.int().describe('How many were looked at.'),
  last: sealShape.nullable().describe('The last seal that was looked at.'),
  next_cursor: z.string().nullable().describe('null: this was the end of the chain.'),
})

/** GET /admin/v1/ledger/verification: walks the chain, and names what is not as it was sealed. */
export const verifyLedgerRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/ledger/verification',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Verify the ledger',
          description:
            'Looks at `limit` seals (of up to 500 entries each) from the first one on and says ' +
            'what was changed, removed or inserted. Go on with the cursor until it is null.',
          querystring: z.strictObject(pageQuery),
          response: { 200: answer },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const after = readCursor(cursor, numbered) ?? 0
        const { found, seals, entries, last, complete } = await verifyLedger(ports, {
          after,
          limit,
        })
        return {
          data: found.map(({ seq, entryId, what: how }) => ({ seq, entry_id: entryId, what: how })),
          seals,
          entries,
          last: last && showSeal(last),
          next_cursor: complete || last === null ? null : writeCursor({ seq: last.seq }),
        }
      },
    )
  }
}
