/** Everyone who waits for an instant of a clock that can jump. */
export class Sleepers {
  readonly #nowMs: () => number
  readonly #waiting = new Set<{ untilMs: number; wake: () => void; timer: NodeJS.Timeout }>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Resolves when the clock has advanced by `ms`, or when everyone is woken. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(sleeper.timer)
        this.#waiting.delete(sleeper)
        resolve()
      }
      const timer = setTimeout(wake, Math.max(0, ms))
      const sleeper = { untilMs: this.#nowMs() + ms, wake, timer }
      this.#waiting.add(sleeper)
    })
  }

  /** The clock was moved: those whose instant has come wake. */
  look(): void {
    const now = this.#nowMs()
    for (const sleeper of [...this.#waiting]) if (sleeper.untilMs <= now) sleeper.wake()
  }

  /** At shutdown nobody sleeps on. */
  wakeAll(): void {
    for (const sleeper of [...this.#waiting]) sleeper.wake()
  }
}
