import type { Machine } from './machine.ts'
import type { RefundStatus } from './refund.ts'

/**
 * What a piece of evidence says about one refund once it was compared with it (`refundFinding`),
 * and what we do ourselves.
 *
 * - processing, abnormal: so it was when WeChat said it
 * - processing_now, abnormal_now: the same in an answer to a question asked after our last change
 * - differs: about our number, but another order, amount or refund_id
 * - unclear: a state that nobody knows yet
 * - missing: WeChat does not know the number (an authentic answer to a query)
 * - refused: WeChat refuses it for a reason that waiting does not change, and does not know it
 * - retried, given_up, declined: a person's decisions
 * - overtaken: an external refund left too little for it
 */
export type RefundFinding =
  | 'processing'
  | 'processing_now'
  | 'succeeded'
  | 'closed'
  | 'abnormal'
  | 'abnormal_now'
  | 'differs'
  | 'unclear'
  | 'missing'
  | 'refused'
  | 'retried'
  | 'given_up'
  | 'declined'
  | 'overtaken'

export type RefundParkKind = 'refund_abnormal' | 'refund_refused' | 'refund_unclear'

export interface RefundStep {
  readonly to?: RefundStatus
  readonly park?: RefundParkKind
  /** WeChat never saw it: the frozen request may be sent (again). */
  readonly send?: true
}

const stay: RefundStep = {}
const to = (status: RefundStatus): RefundStep => ({ to: status })
const unclear: RefundStep = { park: 'refund_unclear' }
const abnormal: RefundStep = { to: 'abnormal', park: 'refund_abnormal' }

/** Final words, and what never moves anything. */
const always = {
  succeeded: to('succeeded'),
  closed: to('closed'),
  differs: unclear,
  unclear: stay,
  retried: stay,
  given_up: stay,
  declined: stay,
  overtaken: stay,
}

const notAccepted = {
  ...always,
  processing: to('accepted'),
  processing_now: to('accepted'),
  abnormal,
  abnormal_now: abnormal,
  given_up: to('closed'),
  overtaken: { to: 'closed', park: 'refund_refused' },
} as const

/** What WeChat accepted cannot be unknown to it, and a refusal of a repetition means nothing. */
const wasAccepted = { ...always, missing: unclear, refused: stay }

const settled = {
  processing: stay,
  processing_now: stay,
  abnormal: stay,
  abnormal_now: stay,
  differs: unclear,
  unclear: stay,
  refused: stay,
  retried: stay,
  given_up: stay,
  declined: stay,
  overtaken: stay,
}

/**
 * The life of a refund. PROCESSING is the weakest word: it never takes back what was said after it,
 * unless it answers a question that was asked later. Success wins over everything but a closing.
 */
export const refundTable: Machine<RefundStatus, RefundFinding, RefundStep> = {
  frozen: {
    ...notAccepted,
    missing: { send: true },
    declined: to('closed'),
    refused: { to: 'refused', park: 'refund_refused' },
  },
  refused: { ...notAccepted, missing: stay, refused: stay, retried: to('frozen') },
  accepted: {
    ...wasAccepted,
    processing: stay,
    processing_now: stay,
    abnormal,
    abnormal_now: abnormal,
  },
  abnormal: {
    ...wasAccepted,
    processing: stay,
    processing_now: to('reapplied'),
    abnormal: stay,
    abnormal_now: stay,
  },
  reapplied: {
    ...wasAccepted,
    processing: stay,
    processing_now: stay,
    abnormal: stay,
    abnormal_now: abnormal,
  },
  succeeded: { ...settled, succeeded: stay, closed: stay, missing: unclear },
  // It gave its amount back, so that money which left all the same is for a person to look at.
  closed: { ...settled, succeeded: unclear, closed: stay, missing: stay },
}
