// The simulated clock as others see it: moved in steps, each of which its followers take.
import { type DueSource, walkDue } from './due.ts'
import type { Ports } from './ports.ts'
import type { World } from './world.ts'

const ACK_WAIT_MS = 2000
const MOST_FOLLOWERS = 32

export interface ClockStep {
  readonly step: number
  readonly now: string
  readonly now_ms: number
  readonly offset_ms: number
}

interface Follower {
  readonly name: string
  readonly tell: (step: ClockStep) => void
  readonly close: () => void
  acknowledged: number
}

export interface ClockHome {
  readonly world: World
  /** Whatever happens by itself on simulated time. */
  readonly sources: readonly DueSource[]
  readonly ports: Ports
  readonly commit: () => Promise<void>
}

export interface Moved {
  readonly now: string
  readonly delivered: number
  readonly failed: number
}

export class Clock {
  readonly #home: ClockHome
  readonly #followers = new Set<Follower>()
  #waiters: (() => void)[] = []
  #turn: Promise<unknown> = Promise.resolve()

  constructor(home: ClockHome) {
    this.#home = home
  }

  /** Where the clock stands. */
  read(): ClockStep {
    const { world } = this.#home
    const nowMs = world.nowMs()
    const { offsetMs, clockStep } = world.meta
    const now = new Date(nowMs).toISOString()
    return { step: clockStep, now, now_ms: nowMs, offset_ms: offsetMs }
  }

  /** Adds a follower, tells it where the clock stands; null when there are too many. */
  follow(name: string, tell: (step: ClockStep) => void, close: () => void): (() => void) | null {
    if (this.#followers.size >= MOST_FOLLOWERS) return null
    const here = this.read()
    const follower: Follower = { name, tell, close, acknowledged: here.step }
    this.#followers.add(follower)
    tell(here)
    return () => {
      this.#followers.delete(follower)
      this.#wake()
    }
  }

  /** A follower has taken a step. False when nobody of that name follows. */
  acknowledge(name: string, step: number): boolean {
    let found = false
    for (const follower of this.#followers) {
      if (follower.name !== name) continue
      follower.acknowledged = Math.max(follower.acknowledged, step)
      found = true
    }
    this.#wake()
    return found
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }

  #allTook(step: number): boolean {
    return [...this.#followers].every(({ acknowledged }) => acknowledged >= step)
  }

  /** Waits until every follower took the step, two real seconds at most. */
  async #taken(step: number): Promise<void> {
    let late = false
    const cancel = this.#home.ports.after(ACK_WAIT_MS, () => {
      late = true
      this.#wake()
    })
    while (!late && !this.#allTook(step)) {
      await new Promise<void>((wake) => {
        this.#waiters.push(wake)
      })
    }
    cancel()
  }

  async #reach(atMs: number): Promise<void> {
    const { world, commit } = this.#home
    world.moveTo(atMs)
    await commit()
    const here = this.read()
    for (const follower of this.#followers) follower.tell(here)
    await this.#taken(here.step)
  }

  /**
   * Moves the clock forward, walking through everything that falls due on the way, in order.
   * Two moves at once take turns; the target is worked out when the turn has come.
   */
  move(target: (nowMs: number) => number): Promise<Moved> {
    return this.#inTurn(async () => {
      const { world, sources } = this.#home
      const untilMs = target(world.nowMs())
      const count = await walkDue(sources, untilMs, (atMs) => this.#reach(atMs))
      await this.#reach(untilMs)
      return { now: new Date(world.nowMs()).toISOString(), ...count }
    })
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  /** Does something that may set the clock while nobody moves it, and tells the followers. */
  alone<T>(act: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const result = await act()
      const here = this.read()
      for (const follower of this.#followers) follower.tell(here)
      await this.#taken(here.step)
      return result
    })
  }

  get followers(): number {
    return this.#followers.size
  }

  stop(): void {
    for (const follower of this.#followers) follower.close()
    this.#followers.clear()
    this.#wake()
  }
}
