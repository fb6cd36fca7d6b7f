// The simulated WeChat's whole state: plain JSON, nothing but data. Times are simulated epoch
// milliseconds; amounts are fen. A value is never changed in place: a change puts a new value.
import type { Fen } from '@minitill/protocol/model'
import type { Fault } from './fault-state.ts'
import type { Push, PushMode } from './push-state.ts'
import type { FundFlow, Funds, PlatformRefunds, Refund } from './refund-state.ts'
import type { Shipment, TradeDesk } from './shipping-state.ts'
import type { Message, Subscription, Template } from './subscribe-state.ts'
import type { SwitchValues } from './switches.ts'

export interface Meta {
  readonly seed: string
  /** Simulated now = real now + offset. It only grows. */
  readonly offsetMs: number
  readonly clockStep: number
  readonly defaultAppid: string
  readonly defaultMchid: string
  readonly defaultPerson: string
}

export interface App {
  readonly appid: string
  readonly name: string
  readonly secret: string
  /** Bound to an open platform account, so that code2Session gives a unionid. */
  readonly openPlatform: boolean
  readonly messageUrl: string | null
  readonly messageToken: string | null
  readonly messageAesKey: string | null
  readonly messageFormat: 'json' | 'xml'
  readonly messageMode: PushMode
  readonly tradeManaged: boolean
  readonly seeded: boolean
}

/** The certificate with which a merchant signs its requests. */
export interface MerchantCertificate {
  readonly serialNo: string
  readonly publicKey: string
  readonly certificate: string | null
  readonly expiresAtMs: number | null
  readonly condition: 'valid' | 'revoked' | 'replaced'
}

/** A certificate with which WeChat Pay signs. */
export interface PlatformCertificate {
  readonly serialNo: string
  readonly certificate: string
  readonly privateKey: string
  readonly effectiveAtMs: number
  readonly expiresAtMs: number
}

export interface WechatPublicKey {
  readonly id: string
  readonly publicKey: string
  readonly privateKey: string
}

export type Verification = 'certificate' | 'public_key' | 'both'

export interface Merchant {
  readonly mchid: string
  readonly name: string
  readonly appids: readonly string[]
  readonly apiv3Key: string | null
  readonly certificates: readonly MerchantCertificate[]
  readonly verification: Verification
  readonly platformCertificates: readonly PlatformCertificate[]
  readonly publicKey: WechatPublicKey
  /** The key of the platform certificate that the next rotation brings. */
  readonly spareKey: { readonly privateKey: string; readonly publicKey: string }
  readonly platformRefunds?: PlatformRefunds | null
  readonly seeded: boolean
}

export interface Person {
  readonly id: string
  readonly name: string
  readonly phone: string
  readonly balance: Fen
  readonly seeded: boolean
  readonly unionid: string
}

export interface LoginCode {
  readonly appid: string
  readonly person: string
  readonly createdAtMs: number
  readonly usedAtMs: number | null
}

export interface PhoneCode extends LoginCode {}

/** The one session_key of a person in a mini program. */
export interface UserSession {
  readonly sessionKey: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** The key that the latest login code stands for; wx.checkSession looks at this one only. */
  readonly latestCodeKey: string
}

export type TokenFamily = 'normal' | 'stable'

export interface AccessToken {
  readonly appid: string
  readonly family: TokenFamily
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** From here on the token is dead although it has not expired. */
  readonly deadAtMs: number | null
}

export interface TokenHolder {
  readonly current: string | null
  readonly forcedAtMs: readonly number[]
}

/** How often an interface was called, key `appid path`. Windows begin with the first call. */
export interface Quota {
  readonly day: number
  readonly usedToday: number
  readonly minute: number
  readonly usedThisMinute: number
}

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'

export interface Trade {
  readonly mchid: string
  readonly appid: string
  readonly outTradeNo: string
  readonly description: string
  readonly attach: string | null
  readonly notifyUrl: string
  readonly deviceId: string | null
  readonly total: Fen
  readonly openid: string
  readonly createdAtMs: number
  readonly timeExpireMs: number | null
  /** The request in canonical form: repeating it must give the same. */
  readonly request: string
  readonly state: TradeState
  readonly prepayId: string
  readonly prepayAtMs: number
  readonly prepayCount: number
  readonly payment: Payment | null
  /** Keys of its refunds, oldest first. */
  readonly refunds?: readonly string[]
}

export interface Payment {
  readonly transactionId: string
  readonly paidAtMs: number
  /** The query says NOTPAY until then: the answer lags behind the money. */
  readonly visibleAtMs: number
  readonly payerTotal: Fen
  readonly bankType: string
  readonly payer: string
  /** What WeChat keeps of it, and at which rate in hundredths of a percent. */
  readonly feeFen?: Fen
  readonly feePer10000?: number
}

export interface Prepay {
  readonly trade: string
  readonly createdAtMs: number
}

export interface Notification {
  readonly id: string
  readonly mchid: string
  readonly trade: string
  readonly url: string
  readonly createdAtMs: number
  /** Attempts made so far, the first one included. */
  readonly attempts: number
  readonly nextAtMs: number | null
  readonly state: 'pending' | 'delivered' | 'given_up'
  readonly lastResult: string | null
  /** In the old XML form (R59). */
  readonly old?: true
  /** The refund that it is about, and what it says of it; absent for a payment. */
  readonly refund?: { readonly key: string; readonly status: Refund['status'] }
  /** One more delivery outside the schedule: a duplicate or a replay by hand. */
  readonly copyOf: string | null
  /** The kind of mischief that a replay by hand asked for. */
  readonly alteration?: string
}

/** A link under which a bill may be fetched once, and all that its bytes follow from. */
export interface BillLink {
  readonly mchid: string
  readonly kind: 'trade' | 'fundflow'
  /** Beijing's day, yyyy-MM-dd. */
  readonly date: string
  /** The bill_type of a trade bill, the account_type of a fund-flow bill. */
  readonly type: string
  readonly gzip: boolean
  readonly frozenAtMs: number
  readonly form: BillForm
  /** The fault that altered the bill's content. */
  readonly alteration: string | null
  readonly createdAtMs: number
  readonly usedAtMs: number | null
}

export interface BillForm {
  readonly bom: boolean
  readonly newline: 'lf' | 'crlf'
  /** The 交易时间 of a refund's row. */
  readonly refundTime: 'payment' | 'acceptance'
}

export interface Tables {
  meta: Meta
  apps: App
  merchants: Merchant
  people: Person
  /** Key `appid/openid`: the person's id. */
  openids: string
  loginCodes: LoginCode
  phoneCodes: PhoneCode
  sessions: UserSession
  tokens: AccessToken
  tokenHolders: TokenHolder
  /** Key `mchid/out_trade_no`. */
  trades: Trade
  /** Key `mchid/out_trade_no`: closed before it was ever ordered, never to be used again. */
  burnt: number
  prepays: Prepay
  /** Key transaction_id: the trade's key. */
  transactions: string
  notifications: Notification
  /** Key `mchid/out_refund_no`. */
  refunds: Refund
  /** Key mchid. */
  funds: Funds
  /** Key: the running number of the movement. */
  fundFlows: FundFlow
  /** Key `mchid/out_trade_no`, as the trade. */
  shipments: Shipment
  tradeDesks: TradeDesk
  pushes: Push
  /** Key `appid/template_id`. */
  templates: Template
  /** Key `appid/person/template_id`. */
  subscriptions: Subscription
  messages: Message
  quotas: Quota
  /** Key: the token of the link. */
  billLinks: BillLink
  faults: Fault
  /** How often a keyed draw was made. */
  counters: number
  switches: SwitchValues
}

export type TableName = keyof Tables

export const TABLE_NAMES: readonly TableName[] = [
  'meta',
  'apps',
  'merchants',
  'people',
  'openids',
  'loginCodes',
  'phoneCodes',
  'sessions',
  'tokens',
  'tokenHolders',
  'trades',
  'burnt',
  'prepays',
  'transactions',
  'notifications',
  'refunds',
  'funds',
  'fundFlows',
  'shipments',
  'tradeDesks',
  'pushes',
  'templates',
  'subscriptions',
  'messages',
  'quotas',
  'billLinks',
  'faults',
  'counters',
  'switches',
]

/** One changed entity; null: it is gone. */
export type Change = readonly [table: TableName, key: string, value: unknown]
