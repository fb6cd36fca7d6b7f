// What a test suite sees of a simulated WeChat, in its own process and over HTTP alike. The fields
// have the names of the control API, so that a body can be copied from one to the other.

/** A request as a merchant's server makes it. */
export interface SuiteRequest {
  readonly method: string
  /** Path and query, or a whole URL of one of WeChat's hosts. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface SuiteAnswer {
  /** 0 when the answer was lost on the way (a fault). */
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly text: string
}

/** A notification on its way to the merchant's server. */
export interface SuiteNotification {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The merchant's side of the seeded app and merchant; all of it is marked as for development. */
export interface Credentials {
  readonly appid: string
  readonly app_secret: string
  readonly message_token: string
  readonly message_aes_key: string
  readonly mchid: string
  readonly serial_no: string
  readonly private_key: string
  readonly certificate: string
  readonly apiv3_key: string
  readonly public_key_id: string
  readonly public_key: string
}

/** Whose phone, in which mini program; the seeded ones unless given. */
export interface Who {
  readonly appid?: string
  readonly person?: string
}

export interface CashierCall extends Who {
  readonly timeStamp?: unknown
  readonly nonceStr?: unknown
  readonly package?: unknown
  readonly signType?: unknown
  readonly paySign?: unknown
}

export type CashierAction =
  | 'pay'
  | 'cancel'
  | 'wrong_password'
  | 'insufficient_balance'
  | 'leave'
  | 'pay_and_leave'

export interface CashierResult {
  /** null: no callback ever came. */
  readonly errMsg: string | null
  readonly trade_state: string | null
  readonly dialog: string | null
}

/** How often a fault strikes: exactly one of the three. */
export interface Dose {
  readonly probability?: number
  readonly count?: number
  readonly next?: true
  readonly seed?: string
}

export type FaultInput = Dose &
  ({ readonly point: string; readonly kind: string; readonly delay_ms?: number } | Preset)

interface Preset {
  readonly preset: string
}

export interface Moved {
  readonly now: string
  /** Notifications that were acknowledged on the way. */
  readonly delivered: number
  readonly failed: number
}

export interface PersonView {
  readonly id: string
  readonly name: string
  readonly phone: string
  /** Fen. */
  readonly balance: number
  /** The person's openid by appid. */
  readonly openids: Readonly<Record<string, string>>
}

export interface NotificationView {
  readonly id: string
  readonly state: 'pending' | 'delivered' | 'given_up'
  readonly attempts: number
  readonly next_at: string | null
  readonly last_result: string | null
}

export interface TradeView {
  readonly mchid: string
  readonly appid: string
  readonly out_trade_no: string
  readonly description: string
  readonly attach: string | null
  readonly notify_url: string
  /** Fen. */
  readonly total: number
  readonly currency: 'CNY'
  readonly openid: string
  readonly trade_state: string
  readonly prepay_id: string
  readonly created_at: string
  readonly time_expire: string | null
  readonly transaction_id: string | null
  readonly success_time: string | null
  readonly payer_total: number | null
  readonly refunded_total: number
  readonly notifications: readonly NotificationView[]
}

export interface JournalEntry {
  readonly seq: number
  readonly kind: 'request' | 'notification' | 'push'
  readonly at: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly plaintext?: string
  readonly answer: {
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly verification: {
    readonly ok: boolean
    readonly failed_step?: string
    /** Why a signature failed, in English and Chinese. */
    readonly diagnosis?: {
      readonly code: string
      readonly en: string
      readonly zh: string
      readonly expected: string
      readonly received: string
    }
  }
  readonly fault?: string
}

export interface AppInput {
  readonly appid: string
  readonly secret: string
  readonly name?: string
  readonly open_platform?: boolean
  readonly message_url?: string
  readonly message_token?: string
  readonly message_aes_key?: string
  readonly message_format?: 'json' | 'xml'
  readonly message_mode?: 'plain' | 'compatible' | 'safe'
  readonly trade_managed?: boolean
}

export interface MerchantInput {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly apiv3_key: string | null
  /** PEM; or certificate_serial and public_key. */
  readonly certificate?: string
  readonly certificate_serial?: string
  readonly public_key?: string
  readonly verification: 'certificate' | 'public_key' | 'both'
  readonly name?: string
}

export interface RegisteredMerchant {
  readonly mchid: string
  readonly platform_certificate: { readonly serial_no: string; readonly certificate: string }
  readonly public_key: { readonly id: string; readonly public_key: string }
}

/** A whole world as JSON. Keep it as it is; `restore` takes it back. */
export interface WorldSnapshot {
  readonly format: 'minitill-world'
  readonly version: number
  readonly now_ms: number
  readonly credentials: Credentials
  readonly tables: Readonly<Record<string, unknown>>
}

export interface WorldState {
  readonly now: string
  readonly offset_ms: number
  readonly seed: string
  readonly apps: readonly { readonly appid: string; readonly name: string }[]
  readonly people: readonly PersonView[]
  readonly armed_faults: readonly Readonly<Record<string, unknown>>[]
  readonly counts: {
    readonly trades: number
    readonly refunds: number
    readonly notifications_pending: number
  }
}

/** Every call rejects with a `ControlError` when the simulator refuses it. */
export interface SuiteWechat {
  readonly credentials: Credentials
  /** Answers a request of a merchant's server, as WeChat would. */
  answer(request: SuiteRequest): Promise<SuiteAnswer>
  /** The same with the signature of the global `fetch`; a lost answer is a TypeError. */
  readonly fetch: typeof fetch
  state(): Promise<WorldState>
  /** What wx.login gives. */
  login(who?: Who): Promise<{ readonly code: string; readonly errMsg: string }>
  /** What the phone number button gives. */
  phoneCode(who?: Who): Promise<{ readonly code?: string; readonly errMsg: string }>
  /** What wx.checkSession says. */
  checkSession(who?: Who): Promise<{ readonly errMsg: string }>
  /** What wx.getUserInfo gives, encrypted and signed with session_key. */
  userData(who?: Who): Promise<Readonly<Record<string, string>>>
  /** The person does something in the cashier with the five values of wx.requestPayment. */
  cashier(call: CashierCall & { readonly action: CashierAction }): Promise<CashierResult>
  readonly clock: {
    read(): Promise<{ readonly now: string; readonly now_ms: number }>
    /** Walks through every notification that falls due on the way, in order. */
    advance(ms: number): Promise<Moved>
    /** @param at RFC 3339; not before now */
    set(at: string): Promise<Moved>
  }
  readonly faults: {
    arm(fault: FaultInput): Promise<{ readonly id: string }>
    menu(): Promise<Readonly<Record<string, unknown>>>
    /** All of them unless one is named. */
    disarm(id?: string): Promise<void>
  }
  /** Messages in both directions, oldest first. */
  journal(after?: number, limit?: number): Promise<readonly JournalEntry[]>
  /** The other side's truth, newest first. */
  trades(): Promise<readonly TradeView[]>
  refunds(): Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly notifications: {
    /** Delivers a known notification once more. */
    replay(id: string): Promise<{ readonly id: string }>
  }
  readonly people: {
    add(person?: { readonly name?: string; readonly balance?: number }): Promise<PersonView>
    list(): Promise<readonly PersonView[]>
  }
  readonly apps: { register(app: AppInput): Promise<{ readonly appid: string }> }
  readonly merchants: { register(merchant: MerchantInput): Promise<RegisteredMerchant> }
  readonly switches: {
    read(): Promise<Readonly<Record<string, unknown>>>
    set(values: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  }
  /** Back to the seed; the clock goes on. */
  reset(): Promise<void>
  snapshot(): Promise<WorldSnapshot>
  restore(world: WorldSnapshot): Promise<void>
  /** A parallel world with the same credentials, begun when first used. */
  world(name: string): Promise<SuiteWechat>
  /** Any control call: `call('GET', '/_sim/state')`. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}
