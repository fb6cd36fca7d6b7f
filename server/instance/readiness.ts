import type { RunningClock } from '../adapters/clock/system.ts'
import type { JobLoop } from '../jobs/loop.ts'
import type { Sessions } from '../ports/index.ts'
import type { Database } from '../store/database.ts'
import { pendingMigrations } from '../store/migrate.ts'

/** Longer than any look of the loop takes. */
const loopStandsStillMs = 30_000

export interface Watched {
  readonly db: Database
  readonly sessions: Sessions
  readonly clock: RunningClock
  readonly loop: JobLoop
}

/** Why this instance cannot do its work now, one sentence each; empty when it can. */
export async function readiness(watched: Watched): Promise<string[]> {
  const { clock, loop } = watched
  const reasons: string[] = []
  const pending = await pendingMigrations(watched.db).catch(() => null)
  if (pending === null) reasons.push('the database does not answer')
  else if (pending.length > 0) reasons.push(`migrations are missing: ${pending.join(', ')}`)
  await watched.sessions.check().catch(() => reasons.push('the session store does not answer'))
  if (clock.now() - loop.lastLookAtMs() > loopStandsStillMs) {
    reasons.push('the job loop stands still')
  }
  const problem = clock.problem()
  if (problem !== null) reasons.push(problem)
  return reasons
}
