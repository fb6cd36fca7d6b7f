// Brings notifications to the merchant on simulated time, and again when they are refused.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { type Composed, compose } from './courier-message.ts'
import { afterAttempt, planCopy } from './courier-plan.ts'
import type { KeyRing } from './crypto/keys.ts'
import { Dispatch } from './dispatch.ts'
import type { Journal } from './journal.ts'
import { strike } from './mischief.ts'
import type { Delivery, OutgoingMessage, Ports } from './ports.ts'
import { acknowledgesOld } from './refund-v2.ts'
import type { Notification } from './state.ts'
import type { World } from './world.ts'

/** What goes wrong with one attempt: by an armed fault, or because a replay asked for it. */
interface Mishap {
  readonly kind: string
  readonly delayMs: number
}

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

export class Courier extends Dispatch {
  readonly #home: CourierWorld

  constructor(home: CourierWorld) {
    const { world, ports } = home
    super({ world, ports, table: 'notifications' })
    this.#home = home
  }

  protected async attempt(id: string): Promise<boolean> {
    const { world, commit } = this.#home
    const notification = world.get('notifications', id)
    if (notification === undefined || notification.nextAtMs === null) return false
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
    const acknowledged =
      result.got === 'answer' &&
      (notification.old === true
        ? acknowledgesOld(result.status, result.body)
        : isAck(result.status, any2xx))
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
