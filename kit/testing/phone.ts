import type { Order } from '../model.ts'
import type { Ports } from '../ports.ts'
import { createTill, type Till, type TillOptions } from '../till.ts'
import type { CallUp, Wx, WxRequest } from '../wx.ts'

// A phone for the kit's tests: WeChat's `wx` with storage, network and cashier that a test steers,
// and a clock that jumps to the next timer when nothing else is left to do.

/** What the server side of a test says: status and body, or silence. */
export type Said = { status: number; body?: unknown; header?: object } | 'silence'

export interface Seen {
  method: string
  path: string
  header: Record<string, string>
  data: unknown
}

interface Steering {
  /** Answers each request. */
  server(seen: Seen): Said | Promise<Said>
  /** The callback's errMsg; null for a callback that never comes. */
  cashier?(callUp: CallUp): string | null
  /** What the person says to each template; text is WeChat's refusal, null an answer never given. */
  messages?(templateIds: string[]): Record<string, string> | string | null
  /** True: a WeChat too old to ask for messages. */
  isOld?: boolean
  envVersion?: string
  /** What the person picks in an action sheet; null for dismissing it. */
  sheet?(items: string[]): number | null
  /** True: time moves by `advance` only. */
  still?: boolean
  /** Storage kept from an earlier start. */
  storage?: Map<string, string>
  options?: Partial<TillOptions>
}

export interface Phone {
  till: Till
  seen: Seen[]
  storage: Map<string, string>
  loginCalls(): number
  nowMs(): number
  advance(ms: number): Promise<void>
  /** What the storage held at each request, as one text. */
  storedAtSend: string[]
  /** Lets storage throw on writing, as a full one does. */
  fillStorage(): void
}

const startMs = 1_760_000_000_000

/** Lets every promise that can move, move. */
export const settle = (): Promise<void> => new Promise((done) => setImmediate(done))

function openClock(still: boolean) {
  let nowMs = startMs
  let timers: { atMs: number; ring: () => void }[] = []
  let pumping = false
  function ringNext(limitMs: number): boolean {
    timers.sort((a, b) => a.atMs - b.atMs)
    const next = timers[0]
    if (!next || next.atMs > limitMs) return false
    timers = timers.slice(1)
    nowMs = Math.max(nowMs, next.atMs)
    next.ring()
    return true
  }
  async function pump(): Promise<void> {
    pumping = true
    do await settle()
    while (ringNext(Number.POSITIVE_INFINITY))
    pumping = false
  }
  return {
    nowMs: () => nowMs,
    wait: (ms: number) =>
      new Promise<void>((ring) => {
        timers.push({ atMs: nowMs + ms, ring })
        if (!still && !pumping) void pump()
      }),
    async advance(ms: number) {
      const endMs = nowMs + ms
      do await settle()
      while (ringNext(endMs))
      nowMs = endMs
    },
  }
}

function seenOf({ method, url, header, data }: WxRequest): Seen {
  const path = url.replace(/^https?:\/\/[^/]+/, '')
  return { method, path, header, data: data === undefined ? undefined : JSON.parse(data) }
}

function messagesOf({ messages, isOld }: Steering): Wx['requestSubscribeMessage'] {
  // What a phone has that is older than the typings know.
  if (isOld) return undefined as unknown as Wx['requestSubscribeMessage']
  return ({ tmplIds, success, fail }) => {
    const said = messages?.(tmplIds) ?? null
    if (typeof said === 'string') fail({ errMsg: `requestSubscribeMessage:fail ${said}` })
    else if (said !== null) success(said)
  }
}

function openWx(steering: Steering, phone: Omit<Phone, 'till' | 'advance'>, state: State): Wx {
  const { seen, storage, storedAtSend } = phone
  return {
    login({ success }) {
      state.logins += 1
      success({ code: `code-${state.logins}` })
    },
    request(call) {
      const one = seenOf(call)
      seen.push(one)
      storedAtSend.push([...storage.values()].join('\n'))
      void Promise.resolve(steering.server(one)).then((said) => {
        if (said === 'silence') call.fail({ errMsg: 'request:fail timeout', errno: 5 })
        else call.success({ statusCode: said.status, data: said.body, header: said.header ?? {} })
      })
    },
    requestPayment({ success, fail, ...callUp }) {
      const errMsg = steering.cashier?.(callUp) ?? null
      if (errMsg === 'requestPayment:ok') success()
      else if (errMsg !== null) fail({ errMsg })
    },
    requestSubscribeMessage: messagesOf(steering),
    showActionSheet({ itemList, success, fail }) {
      const tapIndex = steering.sheet?.(itemList) ?? null
      if (tapIndex === null) fail()
      else success({ tapIndex })
    },
    getStorageSync: (key) => JSON.parse(storage.get(key) ?? '""'),
    setStorageSync(key, value) {
      if (state.full) throw new Error('setStorage:fail exceed storage max size 10Mb')
      storage.set(key, JSON.stringify(value))
    },
    getAccountInfoSync: () => ({
      miniProgram: { appId: 'wx0000000000000001', envVersion: steering.envVersion ?? 'release' },
    }),
  }
}

interface State {
  logins: number
  full: boolean
}

/** A mini program that has just started, with the kit in it. */
export function startPhone(steering: Steering): Phone {
  const clock = openClock(steering.still ?? false)
  const state: State = { logins: 0, full: false }
  const phone = {
    seen: [],
    storage: steering.storage ?? new Map<string, string>(),
    storedAtSend: [],
    loginCalls: () => state.logins,
    nowMs: clock.nowMs,
    fillStorage: () => {
      state.full = true
    },
  }
  let draw = 0
  const ports: Ports = {
    wx: openWx(steering, phone, state),
    nowMs: clock.nowMs,
    wait: clock.wait,
    random: () => {
      draw += 1
      return (draw * 0.618_034) % 1
    },
  }
  const till = createTill({ baseUrl: 'https://till.example', ...ports, ...steering.options })
  return { ...phone, till, advance: clock.advance }
}

/** An order as the server sends it. */
export function orderBody(change: Partial<Order> = {}): Order {
  return {
    id: 'ord_1',
    status: 'unpaid',
    total: 3600,
    currency: 'CNY',
    items: [],
    out_trade_no: 'MT1',
    transaction_id: null,
    created_at: '2026-11-23T11:00:00+08:00',
    expires_at: '2026-11-23T11:30:00+08:00',
    paid_at: null,
    refunded_total: 0,
    shipping_status: 'to_ship',
    ...change,
  }
}

/** The answer to a login; the token tells which login it was. */
export function sessionBody(code: unknown, accountId = 'acc_1'): unknown {
  return {
    token: `token-of-${code}`,
    expires_at: '2027-01-01T00:00:00+08:00',
    account: { id: accountId, phone_masked: null },
    is_new_account: false,
  }
}

/** Answers the login, and hands every other request to `rest`. */
export function withLogin(rest: (seen: Seen) => Said | Promise<Said>): Steering['server'] {
  return (seen) => {
    if (seen.path !== '/v1/sessions' || seen.method !== 'POST') return rest(seen)
    const { code } = seen.data as { code: string }
    return { status: 201, body: sessionBody(code) }
  }
}
