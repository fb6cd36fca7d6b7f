import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readBalances } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import { momentUntil } from '../../moment.ts'
import type { HttpParts } from '../../parts.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const balance = z.object({
  account: z.string(),
  amount: z.int().describe('Fen; debit positive, credit negative.'),
  currency: z.literal('CNY'),
})

const shape = z.object({
  data: z.array(balance).describe('All merchants together.'),
  merchants: z.array(balance.extend({ mchid: z.string() })).describe('Each merchant by itself.'),
  next_cursor: z.null(),
})

const query = z.strictObject({
  at: momentUntil.optional().describe('RFC 3339, or a date: its end in Beijing. Absent: now.'),
  by: z
    .enum(['happened', 'booked'])
    .default('happened')
    .describe('WeChat’s time of each entry, as in its bills; or when it was booked here.'),
})

/** GET /admin/v1/ledger/balances: what each account of the ledger holds, or held at an instant. */
export const listBalances = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/ledger/balances',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Ledger balances',
          description: 'The balance of each account; together they are zero, also of a merchant.',
          querystring: query,
          response: { 200: shape },
        },
      },
      async (request) => {
        const { at, by } = request.query
        const found = await readBalances(ports, { at: at ?? null, by })
        const totals = new Map<string, number>()
        for (const { account, amountFen } of found) {
          totals.set(account, (totals.get(account) ?? 0) + amountFen)
        }
        const data = [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1))
        return {
          data: data.map(([account, amount]) => ({ account, amount, currency: 'CNY' as const })),
          merchants: found.map(({ mchid, account, amountFen: amount }) => ({
            ...{ mchid, account, amount },
            currency: 'CNY' as const,
          })),
          next_cursor: null,
        }
      },
    )
  }
}
