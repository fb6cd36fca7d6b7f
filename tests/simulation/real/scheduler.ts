// The same heap on virtual time, which does not wait until a statement has come back before the next
// one goes on. Virtual time runs ahead of the statements on their way by so much and no more, so
// that four days pass in a minute, and a crowd is really at the database at once.
import { turn } from '../engine/ambient.ts'
import { Scheduler } from '../engine/scheduler.ts'
import type { Traffic } from './traffic.ts'

/**
 * Virtual time is at most so much later than when the oldest statement on its way was sent. Far
 * less than anybody's patience (30 s) or a lease (60 s), so that a slow disk looks like neither.
 */
const aheadMs = 2_000

export class ConcurrentScheduler extends Scheduler {
  readonly #traffic: Traffic

  constructor(seed: number, startMs: number, traffic: Traffic) {
    super(seed, startMs)
    this.#traffic = traffic
  }

  /** Ends when nobody waits before that instant, neither here nor for the database. */
  override async run(untilMs: number, after: () => boolean): Promise<void> {
    for (;;) {
      const sinceMs = this.#traffic.waitingSinceMs(this.now())
      const horizonMs =
        sinceMs === null ? untilMs : Math.min(untilMs, Math.max(this.now(), sinceMs + aheadMs))
      if (this.nextDueMs > horizonMs) {
        if (sinceMs === null) break
        await this.#traffic.news()
        continue
      }
      if (!this.resumeNext()) continue
      await turn()
      if (after()) return
    }
    this.moveOn(untilMs)
  }
}
