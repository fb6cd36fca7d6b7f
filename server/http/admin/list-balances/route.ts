import { type Instant, parseRfc3339 } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readBalances } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import type { HttpParts } from '../../parts.ts'
import { inBoth } from '../../validation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const moment = z
  .string()
  .max(40)
  .transform((text, context): Instant => {
    try {
      return parseRfc3339(text)
    } catch {
      const message = inBoth(
        'must be a time like 2026-11-23T11:20:26+08:00 (write + as %2B)',
        '必须是形如 2026-11-23T11:20:26+08:00 的时间（+ 写作 %2B）',
      )
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
  })

const balance = z.object({
  account: z.string(),
  amount: z.int().describe('Fen; debit positive, credit negative.'),
  currency: z.literal('CNY'),
})

/** GET /admin/v1/ledger/balances: what each account of the ledger holds. */
export const listBalances = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/ledger/balances',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Ledger balances',
          description: 'The balance of each account; together they are zero.',
          querystring: z.strictObject({ at: moment.optional().describe('RFC 3339; absent: now.') }),
          response: { 200: z.object({ data: z.array(balance), next_cursor: z.null() }) },
        },
      },
      async (request) => {
        const found = await readBalances(ports, request.query.at ?? ports.clock.now())
        const data = found.map(({ account, amountFen }) => ({
          account,
          amount: amountFen,
          currency: 'CNY' as const,
        }))
        return { data, next_cursor: null }
      },
    )
  }
}
