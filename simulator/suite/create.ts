// A simulated WeChat inside the test's own process: memory only, no port.
import { realPorts } from '../adapters/real.ts'
import { bodyText } from '../api/wire.ts'
import { dispatchControl } from '../control/dispatch.ts'
import type { Delivery, OutgoingMessage, Ports } from '../ports.ts'
import { makeSeed, type Seed } from '../seed.ts'
import { Wechat } from '../wechat.ts'
import { Worlds } from '../worlds.ts'
import { type Carrier, clientOver } from './client.ts'
import type { SuiteAnswer, SuiteNotification, SuiteRequest, SuiteWechat } from './shapes.ts'
import { wireOf } from './wire.ts'

export interface WechatSuiteOptions {
  /** The same seed gives the same ids and the same faults. "minitill" unless given. */
  readonly seed?: string
  /** `real` runs with the computer's clock; a RFC 3339 time stands still until it is advanced. */
  readonly clock?: 'real' | (string & {})
  /**
   * Takes the notifications instead of the network; answers the status that the merchant's server
   * would, or null for silence. Without it they are posted to the order's notify_url.
   */
  readonly notify?: (notification: SuiteNotification) => Promise<number | null> | number | null
  /** Hosts beside this machine that notifications may be sent to, such as `shop.test`. */
  readonly allowedTargets?: readonly string[]
}

const MOST_SEEDS = 64
const seeds = new Map<string, Promise<Seed>>()

/** Keys are made once per seed in this process: four RSA pairs cost more than all the rest. */
function seedOf(ports: Ports, text: string): Promise<Seed> {
  const known = seeds.get(text)
  if (known !== undefined) return known
  if (seeds.size >= MOST_SEEDS) seeds.clear()
  const made = makeSeed(ports, text)
  seeds.set(text, made)
  return made
}

async function delivered(
  notify: NonNullable<WechatSuiteOptions['notify']>,
  { url, headers, body }: OutgoingMessage,
): Promise<Delivery> {
  try {
    const status = await notify({ url, headers, body })
    if (status === null) return { got: 'silence', why: 'the test gave no answer' }
    return { got: 'answer', status, body: '' }
  } catch (error) {
    return { got: 'silence', why: error instanceof Error ? error.message : 'the test threw' }
  }
}

function portsOf(options: WechatSuiteOptions) {
  const real = realPorts('silent', { allowedTargets: options.allowedTargets, detached: true })
  const { clock = 'real', notify } = options
  const beginMs = clock === 'real' ? null : Date.parse(clock)
  if (beginMs !== null && !Number.isFinite(beginMs)) {
    throw new RangeError('clock: give "real" or a RFC 3339 time, as 2026-11-23T11:00:00+08:00')
  }
  return {
    ...real,
    ...(beginMs === null ? {} : { realNowMs: () => beginMs }),
    ...(notify === undefined
      ? {}
      : {
          mayReach: () => true,
          send: (message: OutgoingMessage) => delivered(notify, message),
        }),
  }
}

async function answer(wechat: Wechat, request: SuiteRequest): Promise<SuiteAnswer> {
  const { reply, transport } = await wechat.answer(wireOf(request))
  const { status, headers, body } = reply
  if (transport === 'whole') return { status, headers, body, text: bodyText(body) }
  const none = new Uint8Array(0)
  return { status: 0, headers: {}, body: none, text: '' }
}

function carrierOf(wechat: Wechat, worlds: Worlds, close: () => Promise<void>): Carrier {
  return {
    credentials: wechat.seed.credentials,
    control: async (method, path, body) => {
      const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body))
      const { status, body: got } = await dispatchControl(wechat, method, path, sent)
      // Copied, so that a test can't change the world by changing what it was told.
      return { status, body: got === null ? null : structuredClone(got) }
    },
    answer: (request) => answer(wechat, request),
    world: async (name) => {
      const found = await worlds.find(name)
      if (!found.ok) throw new RangeError(found.reason)
      return carrierOf(found.wechat, worlds, close)
    },
    close,
  }
}

/** Begins a WeChat in this process. `close` ends it, with all of its parallel worlds. */
export async function createWechat(options: WechatSuiteOptions = {}): Promise<SuiteWechat> {
  const ports = portsOf(options)
  const seed = await seedOf(ports, options.seed ?? 'minitill')
  const main = await Wechat.open({ ports, seed, folder: null, name: null })
  const worlds = new Worlds(main, ports, seed)
  const close = async () => {
    await worlds.stop()
    await ports.close()
  }
  return clientOver(carrierOf(main, worlds, close))
}
