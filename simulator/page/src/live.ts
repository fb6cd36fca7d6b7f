// What the page knows of the simulator, kept up to date by server-sent events. Only a page that can
// be seen keeps a connection: a browser gives one host no more than six.
import { useEffect, useState, useSyncExternalStore } from 'react'
import { type Card, control, type WorldState } from './control.ts'
import { api, type FaultMenu, type Refund, type Trade } from './inspector/api.ts'
import { type Exchange, exchangeOf } from './inspector/messages.ts'
import { fieldsOf, numberOf, textOf } from './read.ts'

/** Messages kept in the page; the simulator keeps more. */
const KEEP = 1000
/** Messages that come together are drawn together. */
const DRAW_MS = 40
const LOOK_PAUSE_MS = 300
const RETRY_MS = 1500

export interface Known {
  world: WorldState | null
  /** performance.now() when `world` came, so that its clock can go on. */
  worldAtMs: number
  connected: boolean
  failed: boolean
  /** Newest first. */
  exchanges: readonly Exchange[]
  trades: readonly Trade[]
  refunds: readonly Refund[]
  /** What landed on everybody's phone, newest first; null until it is known. */
  cards: readonly Card[] | null
  menu: FaultMenu
  /** Which state of the mini program's files; "" until it is known. */
  program: string
}

const NOTHING: Known = {
  world: null,
  worldAtMs: 0,
  connected: false,
  failed: false,
  exchanges: [],
  trades: [],
  refunds: [],
  cards: null,
  menu: { presets: [], tales: {}, points: [], kinds: {} },
  program: '',
}

/** One for the page. */
export class Live {
  #known = NOTHING
  readonly #listeners = new Set<() => void>()
  #source: EventSource | null = null
  #since = 0
  #newest = 0
  #waiting: Exchange[] = []
  #drawTimer = 0
  #retryTimer = 0
  #looking: Promise<void> | null = null
  #lookAgain = false

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly get = () => this.#known

  #set(change: Partial<Known>): void {
    this.#known = { ...this.#known, ...change }
    for (const listener of this.#listeners) listener()
  }

  /** Connects while the page can be seen; the answer ends all that. */
  start(): () => void {
    const follow = () => {
      if (document.visibilityState === 'visible') this.#connect()
      else this.#disconnect()
    }
    document.addEventListener('visibilitychange', follow)
    follow()
    void this.look()
    return () => {
      document.removeEventListener('visibilitychange', follow)
      this.#disconnect()
    }
  }

  #connect(): void {
    if (this.#source !== null) return
    const source = new EventSource(`/_sim/journal/stream?after=${this.#newest}`)
    this.#source = source
    source.addEventListener('hello', (event) => this.#hello(dataOf(event)))
    source.addEventListener('message', (event) => this.#take(exchangeOf(dataOf(event))))
    source.addEventListener('reset', () => this.#forget())
    source.addEventListener('world', () => void this.look())
    source.addEventListener('program', (event) => {
      this.#set({ program: textOf(fieldsOf(dataOf(event))['version']) })
    })
    source.addEventListener('error', () => {
      this.#set({ connected: false })
      // A refusal closes it for good; a lost connection is tried again by the browser itself.
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return
      this.#disconnect()
      this.#retryTimer = window.setTimeout(() => this.#connect(), RETRY_MS)
    })
  }

  #disconnect(): void {
    window.clearTimeout(this.#retryTimer)
    this.#source?.close()
    this.#source = null
  }

  #hello(data: unknown): void {
    const hello = fieldsOf(data)
    const since = numberOf(hello['since'])
    const restarted = this.#since !== 0 && since !== this.#since
    this.#since = since
    this.#set({ connected: true, program: textOf(hello['program']) })
    void this.look()
    if (!restarted) return
    // Another process counts from one again: what it sends after our number would have gaps.
    this.#forget()
    this.#disconnect()
    this.#connect()
  }

  #take(exchange: Exchange): void {
    if (exchange.seq <= this.#newest) return
    this.#newest = exchange.seq
    this.#waiting.push(exchange)
    if (this.#drawTimer !== 0) return
    this.#drawTimer = window.setTimeout(() => {
      this.#drawTimer = 0
      const fresh = this.#waiting.toReversed()
      this.#waiting = []
      this.#set({ exchanges: [...fresh, ...this.#known.exchanges].slice(0, KEEP) })
    }, DRAW_MS)
  }

  #forget(): void {
    this.#newest = 0
    this.#waiting = []
    this.#set({ exchanges: [] })
  }

  /** Looks at the world again; asked while it looks, it does so once more afterwards. */
  look(): Promise<void> {
    if (this.#looking !== null) {
      this.#lookAgain = true
      return this.#looking
    }
    this.#looking = this.#lookNow().finally(() => {
      this.#looking = null
      if (!this.#lookAgain) return
      this.#lookAgain = false
      window.setTimeout(() => void this.look(), LOOK_PAUSE_MS)
    })
    return this.#looking
  }

  async #lookNow(): Promise<void> {
    const known = this.#known
    try {
      const world = await control.state()
      this.#set({ world, worldAtMs: performance.now(), failed: false })
    } catch {
      this.#set({ failed: true })
      return
    }
    const [trades, refunds, cards, menu] = await Promise.all([
      api.trades().catch(() => known.trades),
      api.refunds().catch(() => known.refunds),
      control.cards().catch(() => known.cards),
      api.menu().catch(() => known.menu),
    ])
    this.#set({ trades, refunds, cards, menu })
  }
}

function dataOf(event: Event): unknown {
  try {
    return event instanceof MessageEvent ? JSON.parse(String(event.data)) : null
  } catch {
    return null
  }
}

/** Starts with the page and ends with it. */
export function useLive(): { live: Live; known: Known } {
  const [live] = useState(() => new Live())
  const known = useSyncExternalStore(live.subscribe, live.get)
  useEffect(() => live.start(), [live])
  return { live, known }
}

/** The simulated time in epoch milliseconds, going on by the second. */
export function useNowMs({ world, worldAtMs }: Known): number {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = window.setInterval(() => tick((count) => count + 1), 1000)
    return () => window.clearInterval(timer)
  }, [])
  const readMs = Date.parse(world?.now ?? '')
  return Number.isNaN(readMs) ? 0 : readMs + (performance.now() - worldAtMs)
}
