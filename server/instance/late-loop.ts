import type { JobLoop } from '../jobs/loop.ts'

/** The store hints at work before the loop exists; the first look finds what came before. */
export class LateLoop implements JobLoop {
  #loop: JobLoop | null = null

  started(loop: JobLoop): void {
    this.#loop = loop
  }

  wake(): void {
    this.#loop?.wake()
  }

  /** A hint that something falls due; later than the next look is not worth a timer. */
  wakeAt(dueAtMs: number, nowMs: number): void {
    if (dueAtMs <= nowMs) this.wake()
  }

  lastLookAtMs(): number {
    return this.#loop?.lastLookAtMs() ?? 0
  }

  async stop(): Promise<void> {
    await this.#loop?.stop()
  }
}
