// Everything that the parts of one run share.
import type { Gate } from './engine/gate.ts'
import type { SyncPostgres } from './engine/pglite.ts'
import type { Life, Scheduler } from './engine/scheduler.ts'
import type { Faults } from './faults.ts'
import type { Plan } from './plan.ts'

export interface Run {
  readonly plan: Plan
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly turnstile: Gate
  /** For checkers: the database without any waiting, when nobody has a transaction open. */
  readonly postgres: SyncPostgres
  /** Where everything lives that is not ours: WeChat, people, the merchant's app. */
  readonly outside: Life
  /** A promise was broken; the first one ends the run. */
  violation(promise: string, text: string): void
}
