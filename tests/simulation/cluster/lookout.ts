// When a job loop looks for work. The shipped loop polls each half second; a look that finds nothing
// changes nothing, so that such looks are left out: an instance is woken when something is due.
// The database stays the truth: what is due is read from it, and what is claimed is claimed there.
import type { Claim, Clock, JobSource, Queue } from '../../../server/ports/index.ts'
import { standingQueues } from '../../../server/ports/jobs.ts'
import type { Run } from '../context.ts'
import type { Life } from '../engine/scheduler.ts'

interface Sleeper {
  readonly life: Life
  readonly go: () => void
}

const lookEveryMs = 500
/** Nobody is woken for these alone before so much later: they change nothing that is looked at. */
const idle: ReadonlySet<string> = new Set(standingQueues.filter((one) => one !== 'daily-bills'))
const idleLateMs = 12 * 3_600_000
const dueSql = `
  SELECT name AS queue, state = 'active' AS held,
    floor(extract(epoch FROM min(CASE state WHEN 'active'
      THEN started_on + expire_seconds * interval '1s' ELSE start_after END)) * 1000)::bigint AS due
  FROM pgboss.job_common WHERE state <= 'active' AND name <> 'parked' GROUP BY 1, 2 ORDER BY 1, 2`

export class Lookout {
  readonly #run: Run
  #sleepers: Sleeper[] = []
  #due = new Map<string, number>()
  #leaseEndsMs: number | null = null
  #stale = true
  #rangAtMs = 0
  #alarm: { readonly atMs: number; cancel(): void } | null = null

  constructor(run: Run) {
    this.#run = run
  }

  /** The loop's clock: its sleep lasts until there is something to look for. */
  clock(life: Life, clock: Clock): Clock {
    const sleep = () =>
      new Promise<void>((go) => {
        this.#sleepers.push({ life, go })
        this.#setAlarm(this.#rangAtMs + lookEveryMs)
      })
    return { now: () => clock.now(), sleep }
  }

  /** The same source, which does not ask the database for what it is known not to have. */
  source(source: JobSource): JobSource {
    const nothing: readonly Claim[] = []
    return {
      ...source,
      claim: async (queue, limit, without) =>
        this.#mayBeDue(queue) ? await source.claim(queue, limit, without) : nothing,
      reap: async (inHand) => {
        if (this.#mayHaveVanished()) await source.reap(inHand)
      },
    }
  }

  /** Jobs changed, as far as one knows. */
  jobsChanged(): void {
    this.#stale = true
  }

  /** After each step: reads what is due when that may have changed, and sets the alarm. */
  refresh(): void {
    if (!this.#stale || !this.#run.turnstile.free) return
    this.#stale = false
    const { rows } = this.#run.postgres.query(dueSql)
    const waiting = rows.filter(({ held }) => held === false)
    this.#due = new Map(waiting.map(({ queue, due }) => [String(queue), Number(due)]))
    const leases = rows.filter(({ held }) => held === true).map(({ due }) => Number(due))
    this.#leaseEndsMs = leases.length === 0 ? null : Math.min(...leases)
    this.#setAlarm()
  }

  #mayBeDue(queue: Queue): boolean {
    this.refresh()
    if (this.#stale) return true
    const due = this.#due.get(queue)
    return due !== undefined && due <= this.#run.scheduler.now()
  }

  #mayHaveVanished(): boolean {
    this.refresh()
    return this.#leaseEndsMs !== null && this.#leaseEndsMs < this.#run.scheduler.now()
  }

  #setAlarm(earliestMs = 0): void {
    const { scheduler, outside, faults } = this.#run
    const lease = this.#leaseEndsMs === null ? [] : [this.#leaseEndsMs + 1]
    const dues = [...this.#due].map(([queue, due]) => (idle.has(queue) ? due + idleLateMs : due))
    const firstMs = Math.min(...dues, ...lease)
    if (!Number.isFinite(firstMs)) return
    const lateMs = faults.strikes('clock:late_timers', 'look')
      ? scheduler.draws.between('late look', 1_000, 30_000)
      : scheduler.draws.between('look', 0, lookEveryMs)
    const atMs = Math.max(scheduler.now(), earliestMs, firstMs + lateMs)
    if (this.#alarm !== null && this.#alarm.atMs <= atMs && this.#alarm.atMs >= scheduler.now()) {
      return
    }
    this.#alarm?.cancel()
    const cancel = scheduler.at(outside, 'lookout', atMs, () => this.#ring())
    this.#alarm = { atMs, cancel }
  }

  #ring(): void {
    const { scheduler } = this.#run
    this.#alarm = null
    this.#rangAtMs = scheduler.now()
    this.#sleepers = this.#sleepers.filter(({ life }) => life.alive)
    if (this.#sleepers.length > 0) {
      const chosen = scheduler.draws.between('who looks', 0, this.#sleepers.length - 1)
      const [sleeper] = this.#sleepers.splice(chosen, 1)
      if (sleeper) scheduler.at(sleeper.life, 'looks', scheduler.now(), sleeper.go)
    }
    // Should it not be taken, by a frozen instance or a full one, somebody looks again.
    this.#setAlarm(scheduler.now() + lookEveryMs)
  }
}
