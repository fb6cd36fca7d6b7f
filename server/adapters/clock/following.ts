import { setTimeout as pause } from 'node:timers/promises'
import { instant } from '@minitill/protocol/model'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { request } from 'undici'
import { Sleepers } from './sleepers.ts'
import type { RunningClock } from './system.ts'

/** Called after each step, before the simulator is told that we took it. */
export type OnStep = (offsetMs: number) => Promise<void>

export interface FollowingClock extends RunningClock {
  /** Who else has to know of a step, for example the job store. */
  onStep(listener: OnStep): void
}

const firstStepWithinMs = 10_000
const reconnectMs = 500

/**
 * Development: now = real now + the simulator's offset, followed over its stream of steps. The
 * offset only grows, so that time never runs backwards here either.
 * @param simulator origin of the simulator
 * @param follower a name of our own, so that our acknowledgements are ours
 */
export async function followingClock(simulator: string, follower: string): Promise<FollowingClock> {
  const clock = new Following(simulator, follower)
  await clock.begin()
  return clock
}

class Following implements FollowingClock {
  readonly #simulator: string
  readonly #follower: string
  readonly #closed = new AbortController()
  readonly #sleepers = new Sleepers(() => this.now())
  readonly #listeners: OnStep[] = []
  #offsetMs = 0
  #connected = false
  #running: Promise<void> = Promise.resolve()

  constructor(simulator: string, follower: string) {
    this.#simulator = simulator
    this.#follower = follower
  }

  now() {
    return instant(Math.floor(Date.now() + this.#offsetMs))
  }

  sleep(ms: number): Promise<void> {
    return this.#sleepers.sleep(ms)
  }

  offsetMs(): number {
    return this.#offsetMs
  }

  problem(): string | null {
    return this.#connected ? null : `the simulator's clock at ${this.#simulator} is not followed`
  }

  onStep(listener: OnStep): void {
    this.#listeners.push(listener)
  }

  /** Starts following; waits for the first step, so that nothing runs on the wrong day. */
  async begin(): Promise<void> {
    const first = Promise.withResolvers<void>()
    this.#running = this.#follow(() => first.resolve())
    await Promise.race([first.promise, pause(firstStepWithinMs, undefined, { ref: false })])
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.#sleepers.wakeAll()
    await this.#running
  }

  async #follow(told: () => void): Promise<void> {
    const { signal } = this.#closed
    while (!signal.aborted) {
      await this.#read(told).catch(() => {})
      this.#connected = false
      await pause(reconnectMs, undefined, { signal }).catch(() => {})
    }
  }

  async #read(told: () => void): Promise<void> {
    const url = `${this.#simulator}/_sim/clock/stream?follower=${this.#follower}`
    const { signal } = this.#closed
    const { statusCode, body } = await request(url, {
      signal,
      headersTimeout: 5_000,
      bodyTimeout: 0,
    })
    if (statusCode !== 200) return await body.dump()
    body.setEncoding('utf8')
    const events = ReadableStream.from<string>(body).pipeThrough(new EventSourceParserStream())
    for await (const event of events) {
      await this.#take(JSON.parse(event.data))
      told()
    }
  }

  async #take(step: { step: number; offset_ms: number }): Promise<void> {
    this.#offsetMs = Math.max(this.#offsetMs, step.offset_ms)
    this.#connected = true
    this.#sleepers.look()
    for (const listener of this.#listeners) await listener(this.#offsetMs)
    const { body } = await request(`${this.#simulator}/_sim/clock/ack`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ follower: this.#follower, step: step.step }),
      signal: this.#closed.signal,
    })
    await body.dump()
  }
}
