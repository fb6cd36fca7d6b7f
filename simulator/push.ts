// Brings pushed messages to a mini program's server: three attempts, each the same (§8).
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import type { CourierWorld } from './courier.ts'
import { Dispatch } from './dispatch.ts'
import type { Fault } from './fault-state.ts'
import { strike } from './mischief.ts'
import type { Delivery, OutgoingMessage } from './ports.ts'
import {
  composePush,
  composeVerification,
  type ReplyTrouble,
  replyTrouble,
} from './push-message.ts'
import { afterPush, planPushCopy } from './push-plan.ts'
import type { Push } from './push-state.ts'
import type { App } from './state.ts'

function silence(why: string): Delivery {
  return { got: 'silence', why }
}

/** What a verification of a mini program's message_url came to. */
export interface Verified {
  readonly ok: boolean
  readonly status: number | null
  readonly detail: string
}

export class Pusher extends Dispatch {
  readonly #home: CourierWorld

  constructor(home: CourierWorld) {
    const { world, ports } = home
    super({ world, ports, table: 'pushes' })
    this.#home = home
  }

  protected async attempt(id: string): Promise<boolean> {
    const { world, commit } = this.#home
    const push = world.get('pushes', id)
    if (push === undefined || push.nextAtMs === null) return false
    const fault = strike(world, 'push')
    if (fault?.kind === 'delayed') {
      const nextAtMs = world.nowMs() + Math.max(1000, fault.delayMs)
      world.put('pushes', id, { ...push, nextAtMs })
      await commit()
      return false
    }
    const { acknowledged, text } = await this.#deliver(push, fault)
    const current = world.get('pushes', id)
    if (current !== undefined) {
      world.put('pushes', id, afterPush(current, acknowledged, text, world.nowMs()))
    }
    if (fault?.kind === 'duplicated') planPushCopy(world, push, 1000)
    await commit()
    return acknowledged
  }

  async #deliver(
    push: Push,
    fault: Fault | null,
  ): Promise<{ acknowledged: boolean; text: string }> {
    const { world } = this.#home
    const app = world.get('apps', push.appid)
    const message = composePush(world, push, fault?.kind)
    if (app === undefined || message === null) {
      return { acknowledged: false, text: 'nothing to send: no message_url, token or AES key' }
    }
    const result = await this.#sent(message, fault)
    const trouble = result.got === 'answer' ? replyTrouble(app, push, result.body) : null
    this.#note(message, push, result, trouble, fault)
    if (fault?.kind === 'answer_lost') {
      return { acknowledged: false, text: 'the answer was lost (fault)' }
    }
    if (result.got === 'silence') return { acknowledged: false, text: result.why }
    // A strange reply alarms the mini program's owner, but only virtual payment asks again (M44).
    const understood = trouble === null || !push.event.startsWith('xpay_')
    const text = trouble === null ? String(result.status) : `${result.status} ${trouble.code}`
    return { acknowledged: result.status >= 200 && result.status <= 299 && understood, text }
  }

  async #sent(message: OutgoingMessage, fault: Fault | null): Promise<Delivery> {
    const { ports, worldName } = this.#home
    if (fault?.kind === 'lost') return silence('lost on the way (fault)')
    if (!ports.mayReach(message.url)) return silence('only addresses on this machine are allowed')
    const named = worldName === null ? {} : { 'minitill-world': worldName }
    const whole = { ...message, headers: { ...message.headers, ...named } }
    if (fault?.kind !== 'two_at_once') return ports.send(whole)
    const [first] = await Promise.all([ports.send(whole), ports.send(whole)])
    return first
  }

  #note(
    message: OutgoingMessage,
    push: Push | null,
    result: Delivery,
    trouble: ReplyTrouble | null,
    fault: Fault | null,
  ): void {
    const { world, journal } = this.#home
    const answer =
      result.got === 'answer'
        ? { status: result.status, headers: {}, body: result.body }
        : { status: null, headers: {}, body: result.why }
    const received = result.got === 'answer' ? result.body.slice(0, 500) : ''
    journal.note({
      kind: 'push',
      at: rfc3339Beijing(instant(world.nowMs())),
      method: message.method ?? 'POST',
      url: message.url,
      headers: message.headers,
      body: Buffer.from(message.body).toString('utf8'),
      ...(push === null ? {} : { plaintext: push.content }),
      answer,
      verification:
        trouble === null
          ? { ok: true }
          : {
              ok: false,
              failed_step: 'reply',
              diagnosis: { ...trouble, expected: 'success', received },
            },
      ...(fault === null ? {} : { fault: fault.kind }),
    })
  }

  /** Asks a mini program's server to give a text back, as saving its configuration does (M56). */
  async verify(app: App & { readonly messageUrl: string }): Promise<Verified> {
    const { message, echostr } = composeVerification(this.#home.world, app)
    const result = await this.#sent(message, null)
    const same = result.got === 'answer' && result.status === 200 && result.body === echostr
    const trouble: ReplyTrouble = {
      code: 'push_echostr',
      en: 'The answer to the verification must be echostr, verbatim: no quotes, JSON or newline.',
      zh: '验证请求的应答必须原样返回 echostr：不加引号、不加换行、不是 JSON。',
    }
    this.#note(message, null, result, same ? null : trouble, null)
    if (result.got === 'silence') return { ok: false, status: null, detail: result.why }
    const detail = same ? 'verified' : trouble.en
    return { ok: same, status: result.status, detail }
  }
}
