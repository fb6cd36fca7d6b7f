import { type Instant, instant } from '@minitill/protocol/model'
import type { Clock } from '../../server/ports/index.ts'

/**
 * Time that a test sets by hand. What `sleep` does is the test's choice: wait until the clock is
 * advanced, return at once, or pass the time itself.
 */
export class ManualClock implements Clock {
  sleeping: 'until advanced' | 'at once' | 'advances' = 'at once'
  #now: Instant
  #sleepers: { untilMs: number; wake: () => void }[] = []

  constructor(begin = '2026-11-23T03:00:00Z') {
    this.#now = instant(Date.parse(begin))
  }

  now(): Instant {
    return this.#now
  }

  advance(ms: number): void {
    this.#now = instant(this.#now + ms)
    const due = this.#sleepers.filter(({ untilMs }) => untilMs <= this.#now)
    this.#sleepers = this.#sleepers.filter(({ untilMs }) => untilMs > this.#now)
    for (const { wake } of due) wake()
  }

  async sleep(ms: number): Promise<void> {
    if (this.sleeping === 'advances') this.advance(ms)
    if (this.sleeping !== 'until advanced') return await new Promise((done) => setImmediate(done))
    await new Promise<void>((wake) => this.#sleepers.push({ untilMs: this.#now + ms, wake }))
  }
}
