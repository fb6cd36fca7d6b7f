// Routes, query strings and the channel between two pages.
import type { Handler } from './engine.ts'

export interface Target {
  route: string
  /** As in WeChat the values are not decoded. */
  query: Record<string, string>
}

/** Parses `/pages/x/x?a=1`, relative to the route in front when it has no leading slash. */
export function parseUrl(url: string, base: string): Target {
  const [path = '', search = ''] = url.split('?')
  const plain = path.replace(/\.html$/, '')
  const route = plain.startsWith('/') || base === '' ? plain : joined(base, plain)
  const query: Record<string, string> = {}
  for (const pair of search.split('&').filter((part) => part !== '')) {
    const [key = '', ...value] = pair.split('=')
    query[key] = value.join('=')
  }
  return { route: route.replace(/^\//, ''), query }
}

function joined(base: string, path: string): string {
  return new URL(path, `http://x/${base}`).pathname
}

/** `getOpenerEventChannel()` and `res.eventChannel`: what two neighbouring pages tell each other. */
export class EventChannel {
  readonly #handlers = new Map<string, Handler[]>()
  /** What was said before anybody listened, as navigateTo answers before the page's onLoad. */
  readonly #early = new Map<string, unknown[][]>()

  on(name: string, handler: Handler): void {
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler])
    const early = this.#early.get(name) ?? []
    this.#early.delete(name)
    for (const args of early) handler(...args)
  }

  once(name: string, handler: Handler): void {
    const once: Handler = (...args) => {
      this.off(name, once)
      handler(...args)
    }
    this.on(name, once)
  }

  off(name: string, handler?: Handler): void {
    const left = (this.#handlers.get(name) ?? []).filter((other) => other !== handler)
    this.#handlers.set(name, handler === undefined ? [] : left)
  }

  emit(name: string, ...args: unknown[]): void {
    const handlers = this.#handlers.get(name) ?? []
    if (handlers.length === 0) this.#early.set(name, [...(this.#early.get(name) ?? []), args])
    for (const handler of handlers) handler(...args)
  }
}
