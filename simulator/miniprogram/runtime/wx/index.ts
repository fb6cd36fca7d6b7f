// The phone's `wx`: everything that it knows, and a clear refusal of everything that it does not.
import { BUILT_IN_TAGS } from '../../tags.ts'
import type { Tabs } from '../chrome.ts'
import type { Handler } from '../engine.ts'
import type { PhoneHost } from '../host.ts'
import type { Navigation } from '../navigation.ts'
import type { PageStack } from '../pages.ts'
import { isRecord, numberOr, type Program } from '../program.ts'
import { EventChannel } from '../routes.ts'
import { reportUnsupported } from '../unsupported.ts'
import { requireTypes, type WxFunction, wxFunction } from './convention.ts'
import { deviceFunctions } from './device.ts'
import type { Gesture } from './gesture.ts'
import { interfaceFunctions } from './interface.ts'
import { paymentFunctions } from './payment.ts'
import type { RequestQueue } from './request.ts'
import { PersonStore, storageFunctions } from './storage.ts'

export interface WxParts {
  program: Program
  host: PhoneHost
  stack: PageStack
  navigation: Navigation
  tabs: Tabs
  gesture: Gesture
  network: RequestQueue
  launchOptions: object
  /** How the person came in last. */
  enterOptions(): object
  /** Listeners of App-wide events by name, such as `onAppShow`. */
  listeners: Map<string, Set<Handler>>
  redraw(): void
}

/** Makes `wx` for one life of a mini program. */
export function createWx(parts: WxParts): object {
  const { host } = parts
  const store = new PersonStore(localStorage, host.appid(), host.person())
  const known: Record<string, unknown> = {
    ...storageFunctions(store),
    request: parts.network.request,
    ...paymentFunctions(host, parts.gesture),
    ...interfaceFunctions(parts),
    ...navigationFunctions(parts.navigation),
    ...deviceFunctions(host),
    getLaunchOptionsSync: () => parts.launchOptions,
    getEnterOptionsSync: () => parts.enterOptions(),
    nextTick: (run: () => void) => setTimeout(run, 0),
    createSelectorQuery: () => callFront(parts.stack, 'createSelectorQuery'),
    createIntersectionObserver: (...args: unknown[]) =>
      callFront(parts.stack, 'createIntersectionObserver', ...args.slice(1)),
  }
  known['canIUse'] = (schema: unknown) => {
    const name = String(schema).split('.')[0] ?? ''
    return name in known || BUILT_IN_TAGS.has(name)
  }
  return strict(known, parts.listeners)
}

function callFront(stack: PageStack, name: string, ...args: unknown[]): unknown {
  const method = stack.front?.caller[name]
  return typeof method === 'function' ? method.apply(stack.front?.caller, args) : undefined
}

function navigationFunctions(navigation: Navigation): Record<string, WxFunction> {
  const move = (name: 'redirectTo' | 'reLaunch' | 'switchTab') =>
    wxFunction(name, (options) => {
      requireTypes(options, { url: 'String' })
      navigation[name](String(options['url']))
    })
  return {
    navigateTo: wxFunction('navigateTo', (options) => {
      requireTypes(options, { url: 'String' })
      const eventChannel = new EventChannel()
      const events = isRecord(options['events']) ? options['events'] : {}
      for (const [name, handler] of Object.entries(events)) {
        if (typeof handler === 'function') eventChannel.on(name, (...args) => handler(...args))
      }
      navigation.navigateTo(String(options['url']), eventChannel)
      return { eventChannel }
    }),
    navigateBack: wxFunction('navigateBack', (options) => {
      navigation.navigateBack(numberOr(options['delta'], 1))
    }),
    redirectTo: move('redirectTo'),
    reLaunch: move('reLaunch'),
    switchTab: move('switchTab'),
  }
}

/** Unknown names fail with one warning each; `onX`/`offX` register listeners. */
function strict(known: Record<string, unknown>, listeners: Map<string, Set<Handler>>): object {
  const warned = new Set<string>()
  const warn = (name: string) => {
    if (!warned.has(name)) reportUnsupported(`wx.${name}`)
    warned.add(name)
  }
  const unknown = (name: string) => {
    if (name.endsWith('Sync')) {
      return () => {
        warn(name)
        throw new Error(`${name}:fail not supported by the simulator`)
      }
    }
    return wxFunction(name, () => {
      warn(name)
      throw new Error('not supported by the simulator')
    })
  }
  return new Proxy(known, {
    has: (target, name) => name in target,
    get(target, name) {
      if (typeof name === 'symbol' || name in target) return target[String(name)]
      const event = /^(on|off)([A-Z]\w*)$/.exec(name)
      if (event === null) return unknown(name)
      return (handler: Handler) => listen(listeners, event[1] ?? '', event[2] ?? '', handler)
    },
  })
}

function listen(
  listeners: Map<string, Set<Handler>>,
  verb: string,
  event: string,
  handler: Handler,
): void {
  const of = listeners.get(event) ?? new Set()
  listeners.set(event, of)
  if (verb === 'on') of.add(handler)
  else if (handler === undefined) of.clear()
  else of.delete(handler)
}
