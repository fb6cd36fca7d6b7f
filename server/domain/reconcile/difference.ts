import type { Instant } from '@minitill/protocol/model'

/**
 * - paid_there, refund_there: WeChat has it, we had not; healed by the row, which is evidence
 * - paid_here, refund_here: we have it, no bill does
 * - amount, refund_amount, party, refund_state: both have it, and say different things
 * - unknown_order: a number with our prefix that nobody here knows
 * - external_refund: somebody else refunded
 * - fee: another fee than the rate makes, or than the account was charged
 * - fund_alone, fund_missing, fund_amount: trade bill and account do not agree
 * - movement: the account moved for a reason that we do not know
 * - duplicate: a row that came before
 * - unclear: a row of a kind that nobody knows
 * - balance: the account holds another sum than all of this makes
 */
export const differenceClasses = [
  'paid_there',
  'paid_here',
  'amount',
  'party',
  'fee',
  'unknown_order',
  'refund_there',
  'refund_here',
  'refund_amount',
  'refund_state',
  'external_refund',
  'duplicate',
  'fund_alone',
  'fund_missing',
  'fund_amount',
  'movement',
  'unclear',
  'balance',
] as const

export type DifferenceClass = (typeof differenceClasses)[number]

/** A difference before it has an id. */
export interface DifferenceDraft {
  readonly class: DifferenceClass
  /** The same thing is the same key for ever. */
  readonly key: string
  readonly entryId: string | null
  readonly thereFen: number | null
  readonly hereFen: number | null
  /** What the account at WeChat holds more than the books because of it. */
  readonly effectFen: number
  readonly detail: Readonly<Record<string, string | number | null>>
}

/** A bill row or entry without its partner; open until evidence or a named person ends it. */
export interface Difference extends DifferenceDraft {
  readonly id: string
  readonly mchid: string
  readonly date: string
  readonly status: 'open' | 'healed' | 'explained'
  readonly openedAtMs: Instant
  readonly closedAtMs: Instant | null
  readonly evidence: string | null
  readonly closedBy: string | null
  readonly reason: string | null
}
