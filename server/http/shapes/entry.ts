import { z } from 'zod'
import type { Entry } from '../../domain/ledger.ts'

export const entryShape = z.object({
  id: z.string(),
  subject: z.string(),
  transition: z.string(),
  mchid: z.string(),
  happened_at: z.iso.datetime().describe('At WeChat; it decides the day of the bill.'),
  booked_at: z.iso.datetime().describe('Here.'),
  postings: z.array(
    z.object({ account: z.string(), amount: z.int().describe('Fen; debit positive.') }),
  ),
})

export function showEntry(entry: Entry): z.output<typeof entryShape> {
  const { id, subject, transition, mchid } = entry
  return {
    ...{ id, subject, transition, mchid },
    happened_at: new Date(entry.happenedAtMs).toISOString(),
    booked_at: new Date(entry.atMs).toISOString(),
    postings: entry.postings.map(({ account, amountFen: amount }) => ({ account, amount })),
  }
}
