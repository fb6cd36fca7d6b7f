// Bugs that somebody could write. Each must be found by the simulation; those that it misses are
// listed by `npm run plant`, not hidden.
import { billBugs } from './bugs-bills.ts'
import { moneyBugs } from './bugs-money.ts'
import { refundBugs } from './bugs-refund.ts'
import { workBugs } from './bugs-work.ts'

export interface PlantedBug {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Pieces of text that stand there exactly once, and what they become. */
  readonly patch: readonly (readonly [find: string, put: string])[]
}

export const bugs: readonly PlantedBug[] = [...moneyBugs, ...refundBugs, ...workBugs, ...billBugs]

/** Those that the simulation does not find, and why; another lane's tests do. */
export const knownMisses: readonly string[] = [
  // Two workers at one event, and the newer lease with the one who was overtaken: not in 25 seeds.
  // `server/flows/deliver-event.test.ts` finds it.
  'a worker that was overtaken ends the job of an event',
]
