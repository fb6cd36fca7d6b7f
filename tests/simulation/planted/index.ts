import type { Bug } from './bug.ts'
import { bookBugs } from './bugs/books.ts'
import { closingBugs } from './bugs/closing.ts'
import { messageBugs } from './bugs/messages.ts'
import { orderBugs } from './bugs/orders.ts'
import { paymentBugs } from './bugs/payments.ts'
import { refundBugs } from './bugs/refunds.ts'

export { type Bug, filesOf, StalePatch, withBug } from './bug.ts'

/** Every planted bug, by area and name. */
export const bugs: readonly Bug[] = [
  ...orderBugs,
  ...paymentBugs,
  ...closingBugs,
  ...messageBugs,
  ...refundBugs,
  ...bookBugs,
]

/** @throws RangeError for a name that no bug has */
export function bugNamed(name: string): Bug {
  const found = bugs.find((bug) => bug.name === name)
  if (found === undefined) throw new RangeError(`no planted bug is called ${name}`)
  return found
}
