// Statements on their way to a real database and back: how many, since when, and for whom.
import type { Life, Scheduler } from '../engine/scheduler.ts'

interface Ticket {
  readonly life: Life
  readonly sentAtMs: number
  readonly isStatement: boolean
}

export class Traffic {
  /** Statements that were sent. */
  sent = 0
  /** The most that were on their way at once. */
  most = 0
  #statements = 0
  readonly #open = new Set<Ticket>()
  #wake: () => void = () => {}

  /** Since when somebody waits who is not frozen: what nobody listens for holds nobody up. */
  waitingSinceMs(nowMs: number): number | null {
    for (const { life, sentAtMs } of this.#open) {
      if (life.frozenUntilMs <= nowMs) return sentAtMs
    }
    return null
  }

  /** Until anything comes back. */
  news(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake
    })
  }

  /**
   * What the database answers a life, given to it by the scheduler: a dead one never hears it, a
   * frozen one hears it late.
   */
  carry<T>(
    scheduler: Scheduler,
    life: Life,
    work: () => Promise<T>,
    isStatement = true,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const ticket = { life, sentAtMs: scheduler.now(), isStatement }
      this.#begin(ticket)
      const back = (go: () => void) => {
        if (!this.#end(ticket)) return
        scheduler.at(life, `sql ${life.name}`, scheduler.now(), go)
      }
      work().then(
        (value) => back(() => resolve(value)),
        (error: unknown) => back(() => reject(error)),
      )
    })
  }

  /** Nobody waits for these any more. */
  forget(life: Life): void {
    for (const ticket of this.#open) if (ticket.life === life) this.#end(ticket)
  }

  #begin(ticket: Ticket): void {
    this.#open.add(ticket)
    if (!ticket.isStatement) return
    this.sent += 1
    this.#statements += 1
    this.most = Math.max(this.most, this.#statements)
  }

  #end(ticket: Ticket): boolean {
    if (!this.#open.delete(ticket)) return false
    if (ticket.isStatement) this.#statements -= 1
    this.#wake()
    return true
  }
}
