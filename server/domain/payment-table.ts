import type { Machine } from './machine.ts'
import type { PaymentStatus } from './payment.ts'

/**
 * What a piece of evidence says about one payment once it was compared with it (see `findingOf`),
 * and what we do ourselves (`revived`: late money gave the order back its goods).
 *
 * - paid: SUCCESS or REFUND, and everything equal
 * - second: the same, but this payment or its order was paid by another transaction
 * - wrong_amount: money, but another total or currency
 * - wrong_party: money, but another app, merchant or payer
 * - closed: CLOSED in a verified query answer, or a verified answer to our close
 * - unpaid: NOTPAY in a verified query answer
 * - unclear: a state that says nothing to a mini program (USERPAYING, unknown ones)
 * - odd: a notification of success whose content is no success
 */
export type Finding =
  | 'paid'
  | 'second'
  | 'wrong_amount'
  | 'wrong_party'
  | 'closed'
  | 'unpaid'
  | 'unclear'
  | 'odd'

export type OwnAct = 'prepay_answered' | 'close_asked' | 'revived'

/** Money, or a message, that a person must look at. It grants nothing. */
export type ParkKind =
  | 'late_money'
  | 'second_payment'
  | 'wrong_amount'
  | 'wrong_party'
  | 'odd_notification'
  | 'unknown_order'

export interface PaymentStep {
  readonly to?: PaymentStatus
  readonly park?: ParkKind
  /** WeChat says that it is still open although we asked to close it. */
  readonly closeAgain?: true
}

const stay: PaymentStep = {}
const to = (status: PaymentStatus): PaymentStep => ({ to: status })
const park = (kind: ParkKind): PaymentStep => ({ park: kind })

const wrong = {
  wrong_amount: park('wrong_amount'),
  wrong_party: park('wrong_party'),
  odd: park('odd_notification'),
  unclear: stay,
}

const open = {
  ...wrong,
  paid: to('paid'),
  second: park('second_payment'),
  closed: to('closed'),
  unpaid: stay,
  prepay_answered: to('prepaid'),
  close_asked: to('closing'),
  revived: stay,
}

/**
 * The life of a payment. Nothing leaves `paid`; money for a closed payment is kept as late money
 * whatever became of the order since, so that the end does not depend on the order of arrival; what
 * becomes of it is decided afterwards, by policy or by a person.
 */
export const paymentTable: Machine<PaymentStatus, Finding | OwnAct, PaymentStep> = {
  frozen: open,
  prepaid: open,
  // A prepay answer that comes while closing is not stored: its ticket must not be handed out.
  closing: { ...open, unpaid: { closeAgain: true }, prepay_answered: stay, close_asked: stay },
  closed: {
    ...wrong,
    paid: park('late_money'),
    second: park('late_money'),
    closed: stay,
    unpaid: stay,
    prepay_answered: stay,
    close_asked: stay,
    revived: to('paid'),
  },
  paid: {
    ...wrong,
    paid: stay,
    second: park('second_payment'),
    closed: stay,
    unpaid: stay,
    prepay_answered: stay,
    close_asked: stay,
    revived: stay,
  },
}
