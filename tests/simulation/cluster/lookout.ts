// When a job loop looks for work. The shipped loop polls each half second; a look that finds nothing
// changes nothing, so that such looks are left out: an instance is woken when something is due.
// The database stays the truth: what is due is read from it, and what is claimed is claimed there.
import { queues } from '../../../server/adapters/jobs/boss.ts'
import type { Claim, Clock, JobSource, Queue } from '../../../server/ports/index.ts'
import { standingQueues } from '../../../server/ports/jobs.ts'
import type { Run } from '../context.ts'
import type { Change } from '../engine/gate.ts'
import type { Life } from '../engine/scheduler.ts'
import { ofText } from '../engine/statements.ts'

export interface Sleeper {
  readonly life: Life
  readonly go: () => void
}

const lookEveryMs = 500
/** Nobody is woken for these alone before so much later: they change nothing that is looked at. */
const idle: ReadonlySet<string> = new Set(standingQueues.filter((one) => one !== 'daily-bills'))
const idleLateMs = 12 * 3_600_000
/** When the next job of a queue is due, and when the first lease of one ends. */
export const dueColumns = `
  floor(extract(epoch FROM min(start_after) FILTER (WHERE state < 'active')) * 1000)::bigint
      AS due,
    floor(extract(epoch FROM min(started_on + expire_seconds * interval '1s')
      FILTER (WHERE state = 'active')) * 1000)::bigint AS lease_ends`
const dueSql = `
  SELECT ${dueColumns} FROM pgboss.job_common WHERE state <= 'active' AND name = $1`

const every = Object.keys(queues)
const isQueue = new Set(every)

/** The queues that the text of a statement on jobs names; null for one on other things. */
const queuesIn = ofText((sql) => {
  if (!sql.includes('pgboss')) return null
  return [...sql.matchAll(/'([a-z-]+)'/g)].flatMap(([, name = '']) =>
    isQueue.has(name) ? name : [],
  )
})

/** The queues whose jobs a statement changed: all of them where it names none. */
function queuesOf({ sql, values }: Change): readonly string[] {
  const inText = queuesIn(sql)
  if (inText === null) return []
  const given = values.flatMap((one) => (typeof one === 'string' && isQueue.has(one) ? one : []))
  return inText.length + given.length === 0 ? every : [...inText, ...given]
}

export class Lookout {
  protected readonly run: Run
  /** Queues whose jobs changed since they were read. */
  protected readonly stale = new Set(every)
  #sleepers: Sleeper[] = []
  #due = new Map<string, number>()
  #leases = new Map<string, number>()
  #rangAtMs = 0
  #alarm: { readonly atMs: number; cancel(): void } | null = null

  constructor(run: Run) {
    this.run = run
  }

  /** The loop's clock: its sleep lasts until there is something to look for. */
  clock(life: Life, clock: Clock): Clock {
    const sleep = () =>
      new Promise<void>((go) => {
        this.#sleepers.push({ life, go })
        this.setAlarm(this.#rangAtMs + lookEveryMs)
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

  /** These were committed: jobs may have changed. */
  changed(changes: readonly Change[]): void {
    for (const change of changes) for (const queue of queuesOf(change)) this.stale.add(queue)
  }

  /** After each step: reads what is due where that may have changed, and sets the alarm. */
  refresh(): void {
    if (this.stale.size === 0 || !this.run.turnstile.free) return
    for (const queue of this.stale) {
      this.learn(queue, this.run.postgres.query(dueSql, [queue]).rows[0])
    }
    this.stale.clear()
    this.setAlarm()
  }

  /** What was read of a queue. */
  protected learn(queue: string, row: Readonly<Record<string, unknown>> | undefined): void {
    keep(this.#due, queue, row?.['due'])
    keep(this.#leases, queue, row?.['lease_ends'])
  }

  /** Whether what is known of a queue may be of yesterday. */
  protected isUnsure(_queue: string): boolean {
    return this.stale.size > 0
  }

  #mayBeDue(queue: Queue): boolean {
    this.refresh()
    if (this.isUnsure(queue)) return true
    const due = this.#due.get(queue)
    return due !== undefined && due <= this.run.scheduler.now()
  }

  #mayHaveVanished(): boolean {
    this.refresh()
    return Math.min(...this.#leases.values()) < this.run.scheduler.now()
  }

  /** Takes out who looks now: one of them, because the others would find nothing more. */
  protected chosen(sleepers: Sleeper[]): readonly Sleeper[] {
    if (sleepers.length === 0) return []
    const { draws } = this.run.scheduler
    return sleepers.splice(draws.between('who looks', 0, sleepers.length - 1), 1)
  }

  protected setAlarm(earliestMs = 0): void {
    const { scheduler, outside, faults } = this.run
    const leases = [...this.#leases.values()].map((endsMs) => endsMs + 1)
    const dues = [...this.#due].map(([queue, due]) => (idle.has(queue) ? due + idleLateMs : due))
    const firstMs = Math.min(...dues, ...leases)
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
    const { scheduler } = this.run
    this.#alarm = null
    this.#rangAtMs = scheduler.now()
    this.#sleepers = this.#sleepers.filter(({ life }) => life.alive)
    for (const { life, go } of this.chosen(this.#sleepers)) {
      scheduler.at(life, 'looks', scheduler.now(), go)
    }
    // Should it not be taken, by a frozen instance or a full one, somebody looks again.
    this.setAlarm(scheduler.now() + lookEveryMs)
  }
}

/** Keeps the instant of a queue that has one. */
function keep(instants: Map<string, number>, queue: string, at: unknown): void {
  if (at === null || at === undefined) instants.delete(queue)
  else instants.set(queue, Number(at))
}
