// Runs the attempts of one kind of message when they fall due: by alarm, or as the clock walks.
import type { DueSource } from './due.ts'
import type { Ports } from './ports.ts'
import type { Change } from './state.ts'
import type { World } from './world.ts'

const MOST_AT_ONCE = 16
const LONGEST_SLEEP_MS = 60_000

export interface DispatchHome {
  readonly world: World
  readonly ports: Ports
  readonly table: 'notifications' | 'pushes'
}

export abstract class Dispatch implements DueSource {
  readonly #home: DispatchHome
  /** Messages to be delivered, with the time of the next attempt. */
  readonly #due = new Map<string, number>()
  readonly #inFlight = new Map<string, Promise<boolean>>()
  #cancelTimer: (() => void) | null = null
  #stopped = false
  #held = false

  constructor(home: DispatchHome) {
    this.#home = home
    for (const [id, { nextAtMs }] of home.world.entries(home.table)) {
      if (nextAtMs !== null) this.#due.set(id, nextAtMs)
    }
  }

  /** One attempt; whether it was acknowledged. It puts the time of the next one, or null. */
  protected abstract attempt(id: string): Promise<boolean>

  get pending(): number {
    return this.#due.size
  }

  /** Learns of new and changed messages; called with every commit. */
  noticed(changes: readonly Change[]): void {
    const { table: own, world } = this.#home
    for (const [table, id, value] of changes) {
      if (table !== own) continue
      const nextAtMs = value === null ? null : world.get(own, id)?.nextAtMs
      if (nextAtMs == null) this.#due.delete(id)
      else this.#due.set(id, nextAtMs)
    }
    this.schedule()
  }

  /** Sets the alarm for the next delivery in real time. */
  schedule(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const next = this.nextDueMs()
    if (this.#stopped || this.#held || next === null) return
    const waitMs = Math.min(Math.max(0, next - this.#home.world.nowMs()), LONGEST_SLEEP_MS)
    this.#cancelTimer = this.#home.ports.after(waitMs, () => {
      this.#pump()
    })
  }

  /** The earliest attempt that nobody is making yet. */
  nextDueMs(): number | null {
    return this.#stopped ? null : (this.#next()?.[1] ?? null)
  }

  #next(): readonly [id: string, atMs: number] | null {
    let earliest: readonly [string, number] | null = null
    for (const one of this.#due) {
      if (!this.#inFlight.has(one[0]) && (earliest === null || one[1] < earliest[1])) earliest = one
    }
    return earliest
  }

  #pump(): void {
    const now = this.#home.world.nowMs()
    const ready = [...this.#due].filter(([id, at]) => at <= now && !this.#inFlight.has(id))
    ready.sort(([, a], [, b]) => a - b)
    for (const [id] of ready.slice(0, Math.max(0, MOST_AT_ONCE - this.#inFlight.size))) {
      void this.#start(id)
    }
    this.#rearm(ready.length)
  }

  /** With all hands busy the next end of a delivery sets the alarm again. */
  #rearm(ready: number): void {
    if (ready === 0 || this.#inFlight.size < MOST_AT_ONCE) this.schedule()
  }

  #start(id: string): Promise<boolean> {
    // A disk that fails is told by the next answer; the attempt then simply counts as failed.
    const attempt = this.attempt(id).catch(() => false)
    const run = attempt.finally(() => {
      this.#inFlight.delete(id)
      this.schedule()
    })
    this.#inFlight.set(id, run)
    return run
  }

  async hold(): Promise<void> {
    this.#held = true
    await Promise.all(this.#inFlight.values())
  }

  async runNext(): Promise<boolean | null> {
    const next = this.#next()
    if (next === null) return null
    const [id] = next
    const { world, table } = this.#home
    const pending = world.get(table, id)?.nextAtMs ?? null
    if (pending !== null) return this.#start(id)
    this.#due.delete(id)
    return null
  }

  release(): void {
    this.#held = false
    this.schedule()
  }

  /** Resolves when no delivery is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#inFlight.values())
  }

  /** Nothing more leaves; deliveries under way are waited for. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer?.()
    await Promise.allSettled(this.#inFlight.values())
  }
}
