import type { Bug } from './bug.ts'
import { bookBugs } from './bugs/books.ts'
import { closingBugs } from './bugs/closing.ts'
import { jobBugs } from './bugs/jobs.ts'
import { messageBugs } from './bugs/messages.ts'
import { orderBugs } from './bugs/orders.ts'
import { paymentBugs } from './bugs/payments.ts'
import { refundBugs } from './bugs/refunds.ts'
import { otherRefundBugs } from './bugs/refunds-of-others.ts'

export { type Bug, filesOf, StalePatch, withBug } from './bug.ts'

/** Every planted bug, by area and name. */
export const bugs: readonly Bug[] = [
  ...orderBugs,
  ...paymentBugs,
  ...closingBugs,
  ...messageBugs,
  ...refundBugs,
  ...otherRefundBugs,
  ...bookBugs,
  ...jobBugs,
]

/** @throws RangeError for a name that no bug has */
export function bugNamed(name: string): Bug {
  const found = bugs.find((bug) => bug.name === name)
  if (found === undefined) throw new RangeError(`no planted bug is called ${name}`)
  return found
}

/** A handful over all areas that the unit tests find within seconds each: what `npm run prove` plants. */
export const fewBugs: readonly Bug[] = [
  'amount-not-compared',
  'late-money-dropped',
  'ceiling-of-each-refund-alone',
  'refund-amount-not-compared',
  'suspense-without-amount',
  'payment-version-not-checked',
  'signature-not-checked',
].map(bugNamed)
