// When a job loop looks, where what is due must be asked for and is known a little later.
import { dueColumns, Lookout, type Sleeper } from '../cluster/lookout.ts'
import type { Run } from '../context.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** Asks the database what is due in these queues. */
export type AskDue = (queues: readonly string[]) => Promise<Rows>

export const dueSql = `SELECT name, ${dueColumns} FROM pgboss.job_common
  WHERE state <= 'active' AND name = ANY($1) GROUP BY name`

export class AskingLookout extends Lookout {
  readonly #ask: AskDue
  /** Queues that were asked for, and whose answer is on its way. */
  #asked: ReadonlySet<string> = new Set()

  constructor(run: Run, ask: AskDue) {
    super(run)
    this.#ask = ask
  }

  override refresh(): void {
    if (this.stale.size === 0 || this.#asked.size > 0) return
    this.#asked = new Set(this.stale)
    this.stale.clear()
    const queues = [...this.#asked]
    this.#ask(queues).then(
      (rows) => this.#told(queues, rows),
      (error: unknown) => this.run.violation('I-38', `what is due could not be read: ${error}`),
    )
  }

  #told(queues: readonly string[], rows: Rows): void {
    this.#asked = new Set()
    for (const queue of queues) {
      this.learn(
        queue,
        rows.find(({ name }) => name === queue),
      )
    }
    this.setAlarm()
    this.refresh()
  }

  /** Who is not sure looks. */
  protected override isUnsure(queue: string): boolean {
    return this.stale.has(queue) || this.#asked.has(queue)
  }

  /** All of them look, as their own clocks would tell them: for each job they all race. */
  protected override chosen(sleepers: Sleeper[]): readonly Sleeper[] {
    return sleepers.splice(0)
  }
}
