import { Readable } from 'node:stream'
import { fen, rfc3339Beijing, yuanText } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Entry } from '../../../domain/ledger.ts'
import { exportEntries } from '../../../flows/read-ledger.ts'
import type { Ports } from '../../../ports/index.ts'
import { csvLine } from '../../csv.ts'
import { momentFrom, momentUntil } from '../../moment.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const columns = [
  ...['entry_id', 'booked_at', 'happened_at', 'mchid', 'subject', 'transition', 'line'],
  ...['account', 'amount_fen', 'amount_yuan'],
]

/** GET /admin/v1/ledger/export: one line for each posting, as CSV, however many there are. */
export const exportLedger = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/ledger/export',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Export the ledger',
          description:
            'CSV (UTF-8), a line for each posting, oldest first by when they were booked. ' +
            'Debit positive; times in Beijing. An answer that ends early was broken off.',
          querystring: z.strictObject({
            from: momentFrom.optional().describe('RFC 3339, or a date: its beginning in Beijing.'),
            to: momentUntil.optional().describe('RFC 3339, or a date: its end in Beijing.'),
          }),
        },
      },
      async (request, reply) => {
        const { from: fromMs, to: toMs } = request.query
        // What is booked while this runs is for the next export.
        const pages = exportEntries(ports, { fromMs, toMs: toMs ?? ports.clock.now() })
        return await reply
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="ledger.csv"')
          .send(Readable.from(lines(pages), { objectMode: false }))
      },
    )
  }
}

async function* lines(pages: AsyncIterable<readonly Entry[]>): AsyncGenerator<string> {
  yield csvLine(columns)
  for await (const page of pages) yield page.map(linesOf).join('')
}

function linesOf(entry: Entry): string {
  const { id, mchid, subject, transition } = entry
  const times = [rfc3339Beijing(entry.atMs), rfc3339Beijing(entry.happenedAtMs)]
  return entry.postings
    .map(({ account, amountFen }, index) => {
      const yuan = `${amountFen < 0 ? '-' : ''}${yuanText(fen(Math.abs(amountFen)))}`
      const cells = [id, ...times, mchid, subject, transition, index + 1, account, amountFen, yuan]
      return csvLine(cells)
    })
    .join('')
}
