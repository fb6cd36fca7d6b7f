// Where a run takes place. Here: one connection, called synchronously, and time that is all virtual.
// The other one, with a real PostgreSQL, is in real/.
import { Lookout } from './cluster/lookout.ts'
import type { Run } from './context.ts'
import { enter } from './engine/ambient.ts'
import type { SimulatedDatabase } from './engine/database.ts'
import type { Gate } from './engine/gate.ts'
import type { SyncPostgres } from './engine/pglite.ts'
import { Turnstile } from './engine/pool.ts'
import { Scheduler } from './engine/scheduler.ts'
import type { Faults } from './faults.ts'
import type { Plan } from './plan.ts'

export interface Ground {
  readonly scheduler: Scheduler
  /** What checkers read. */
  readonly postgres: SyncPostgres
  /** Whether checkers look after each step; else only when `look` is called, at everything. */
  readonly isWatchedAlways: boolean
  /** Takes from the process what the run has of its own. */
  enter(): void
  /** The way of the instances to the database, on which faults may strike. */
  gate(faults: Faults): Gate
  lookout(run: Run): Lookout
  /** Runs a checker on the database as it is now. */
  look<T>(act: () => T): Promise<T>
}

export function simulatedGround(plan: Plan, { postgres }: SimulatedDatabase): Ground {
  const scheduler = new Scheduler(plan.seed, plan.startMs)
  const gate = (faults: Faults) =>
    new Turnstile(scheduler, postgres, {
      atCommit: ({ name }) => {
        const slot = name.split('.')[0] ?? ''
        if (faults.strikes('database:commit_lost_before', slot)) return 'lost_before'
        return faults.strikes('database:commit_lost_after', slot) ? 'lost_after' : null
      },
      atFirstWrite: ({ name }) => faults.strikes('database:deadlock', name.split('.')[0] ?? ''),
    })
  return {
    ...{ scheduler, postgres, gate },
    isWatchedAlways: true,
    enter: () => enter(scheduler.now),
    lookout: (run) => new Lookout(run),
    look: async (act) => act(),
  }
}
