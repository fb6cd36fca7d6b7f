// Brings notifications to the merchant on simulated time, and again when they are refused.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { type Composed, compose } from './courier-message.ts'
import { afterAttempt, planCopy } from './courier-plan.ts'
import type { KeyRing } from './crypto/keys.ts'
import type { Journal } from './journal.ts'
import { strike } from './mischief.ts'
import type { Delivery, OutgoingMessage, Ports } from './ports.ts'
import type { Change, Notification } from './state.ts'
import type { World } from './world.ts'

/** What goes wrong with one attempt: by an armed fault, or because a replay asked for it. */
interface Mishap {
  readonly kind: string
  readonly delayMs: number
}

const MOST_AT_ONCE = 16
const LONGEST_SLEEP_MS = 60_000
/** Attempts in one move of the clock: a fault that delays for ever must not stop time. */
const MOST_WALKED = 20_000

export interface CourierWorld {
  readonly world: World
  readonly keys: KeyRing
  readonly journal: Journal
  readonly ports: Ports
  /** Brings the world's changes to the disk. */
  readonly commit: () => Promise<void>
  /** Header that tells the receiver which parallel world speaks; null for the default one. */
  readonly worldName: string | null
}

function isAck(status: number, any2xx: boolean): boolean {
  return any2xx ? status >= 200 && status <= 299 : status === 200 || status === 204
}

function silence(why: string): Delivery {
  return { got: 'silence', why }
}

export class Courier {
  readonly #home: CourierWorld
  /** Notifications to be delivered, with the time of the next attempt. */
  readonly #due = new Map<string, number>()
  readonly #inFlight = new Map<string, Promise<boolean>>()
  #cancelTimer: (() => void) | null = null
  #stopped = false
  #walking = false

  constructor(home: CourierWorld) {
    this.#home = home
    for (const [id, { nextAtMs }] of home.world.entries('notifications')) {
      if (nextAtMs !== null) this.#due.set(id, nextAtMs)
    }
  }

  get pending(): number {
    return this.#due.size
  }

  /** Learns of new and changed notifications; called with every commit. */
  noticed(changes: readonly Change[]): void {
    for (const [table, id, value] of changes) {
      if (table !== 'notifications') continue
      const nextAtMs = value === null ? null : this.#home.world.get('notifications', id)?.nextAtMs
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
    if (this.#stopped || this.#walking || next === null) return
    const waitMs = Math.min(Math.max(0, next - this.#home.world.nowMs()), LONGEST_SLEEP_MS)
    this.#cancelTimer = this.#home.ports.after(waitMs, () => {
      this.#pump()
    })
  }

  /** The earliest attempt that nobody is making yet. */
  nextDueMs(): number | null {
    let earliest: number | null = null
    for (const [id, at] of this.#due) {
      if (!this.#inFlight.has(id) && (earliest === null || at < earliest)) earliest = at
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
    const attempt = this.#attempt(id).catch(() => false)
    const run = attempt.finally(() => {
      this.#inFlight.delete(id)
      this.schedule()
    })
    this.#inFlight.set(id, run)
    return run
  }

  /**
   * Delivers everything that falls due up to an instant, in order, calling `reach` before each so
   * that the clock can be moved there. Answers how many were delivered and how many failed.
   */
  async walk(
    untilMs: number,
    reach: (atMs: number) => Promise<void>,
  ): Promise<{ delivered: number; failed: number }> {
    this.#walking = true
    const count = { delivered: 0, failed: 0 }
    try {
      await Promise.all(this.#inFlight.values())
      for (let next = this.nextDueMs(); next !== null && next <= untilMs; next = this.nextDueMs()) {
        const id = [...this.#due].find(([, at]) => at === next)?.[0]
        const walked = count.delivered + count.failed
        if (id === undefined || this.#stopped || walked >= MOST_WALKED) break
        await reach(next)
        const delivered = await this.#start(id)
        count.delivered += delivered ? 1 : 0
        count.failed += delivered ? 0 : 1
      }
    } finally {
      this.#walking = false
      this.schedule()
    }
    return count
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

  async #attempt(id: string): Promise<boolean> {
    const { world, commit } = this.#home
    const notification = world.get('notifications', id)
    if (notification === undefined || notification.nextAtMs === null) {
      this.#due.delete(id)
      return false
    }
    const { alteration } = notification
    const fault: Mishap | null =
      alteration === undefined ? strike(world, 'notification') : { kind: alteration, delayMs: 0 }
    if (fault?.kind === 'delayed') {
      const nextAtMs = world.nowMs() + Math.max(1000, fault.delayMs)
      world.put('notifications', id, { ...notification, nextAtMs })
      await commit()
      return false
    }
    const result = await this.#deliver(notification, fault)
    const any2xx = world.switches.acknowledge === 'any_2xx'
    const acknowledged = result.got === 'answer' && isAck(result.status, any2xx)
    const text = result.got === 'answer' ? String(result.status) : result.why
    const current = world.get('notifications', id)
    if (current !== undefined) {
      world.put('notifications', id, afterAttempt(current, acknowledged, text, world.nowMs()))
    }
    if (fault?.kind === 'duplicated') planCopy(world, notification, 1000)
    await commit()
    return acknowledged
  }

  async #deliver(notification: Notification, fault: Mishap | null): Promise<Delivery> {
    const { world, keys } = this.#home
    const composed = compose(world, keys, notification, fault?.kind)
    if (composed === null) return silence('nothing to send: no APIv3 key, or the order is gone')
    const { message } = composed
    const result = await this.#sent(message, notification, fault)
    this.#note(composed, notification.id, result, fault)
    return fault?.kind === 'answer_lost' ? silence('the answer was lost (fault)') : result
  }

  async #sent(
    message: OutgoingMessage,
    notification: Notification,
    fault: Mishap | null,
  ): Promise<Delivery> {
    const { ports, world, keys, worldName } = this.#home
    if (fault?.kind === 'lost') return silence('lost on the way (fault)')
    if (!ports.mayReach(message.url)) return silence('only addresses on this machine are allowed')
    const named = worldName === null ? {} : { 'minitill-world': worldName }
    const whole = { ...message, headers: { ...message.headers, ...named } }
    if (fault?.kind !== 'two_at_once') return ports.send(whole)
    const twin = compose(world, keys, notification, undefined)
    if (twin === null) return ports.send(whole)
    const second = { ...twin.message, headers: { ...twin.message.headers, ...named } }
    const [first] = await Promise.all([ports.send(whole), ports.send(second)])
    return first
  }

  #note(composed: Composed, id: string, result: Delivery, fault: Mishap | null): void {
    const { world, journal } = this.#home
    const { message, plaintext } = composed
    const answer =
      result.got === 'answer'
        ? { status: result.status, headers: {}, body: result.body }
        : { status: null, headers: {}, body: result.why }
    journal.note({
      kind: 'notification',
      at: rfc3339Beijing(instant(world.nowMs())),
      method: 'POST',
      url: message.url,
      headers: message.headers,
      body: Buffer.from(message.body).toString('utf8'),
      plaintext,
      answer,
      verification: { ok: true },
      notification: id,
      ...(fault === null ? {} : { fault: fault.kind }),
    })
  }
}
