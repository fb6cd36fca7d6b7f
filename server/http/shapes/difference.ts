import { z } from 'zod'
import { type Difference, differenceClasses } from '../../domain/reconcile/difference.ts'
import { differenceTexts } from '../admin/difference-texts.ts'

const text = z.object({ en: z.string(), zh: z.string() })

export const differenceShape = z.object({
  id: z.string(),
  mchid: z.string(),
  date: z.string().describe('The day in Beijing whose bills showed it.'),
  class: z.enum(differenceClasses),
  title: text,
  advice: text.describe('What a person does about it.'),
  status: z
    .enum(['open', 'healed', 'explained'])
    .describe('healed: by evidence; explained: by a named person with a reason.'),
  there: z.int().nullable().describe('What WeChat says, in fen.'),
  here: z.int().nullable().describe('What the books say, in fen.'),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  opened_at: z.string(),
  closed_at: z.string().nullable(),
  evidence: z.string().nullable(),
  closed_by: z.string().nullable(),
  reason: z.string().nullable(),
})

/** A difference with its sentences. */
export function showDifference(difference: Difference): z.output<typeof differenceShape> {
  const { id, mchid, date, closedAtMs, evidence, closedBy, reason, status } = difference
  return {
    id,
    mchid,
    date,
    class: difference.class,
    ...differenceTexts[difference.class],
    status,
    there: difference.thereFen,
    here: difference.hereFen,
    detail: { ...difference.detail },
    opened_at: new Date(difference.openedAtMs).toISOString(),
    closed_at: closedAtMs === null ? null : new Date(closedAtMs).toISOString(),
    evidence,
    closed_by: closedBy,
    reason,
  }
}
