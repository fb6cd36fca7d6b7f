import type { Clock } from './clock.ts'
import type { Log, Meter } from './log.ts'
import type { Notices } from './notices.ts'
import type { Parties, Policy } from './parties.ts'
import type { Points } from './points.ts'
import type { Pushes } from './pushes.ts'
import type { Random } from './random.ts'
import type { Seal } from './seal.ts'
import type { Sender } from './sender.ts'
import type { Sessions } from './sessions.ts'
import type { Store } from './store.ts'
import type { WechatMini } from './wechat-mini.ts'
import type { WechatPay } from './wechat-pay.ts'

/**
 * Everything that an instance has of the outside world. Made once for each life of an instance and
 * passed explicitly; no flow keeps anything between two calls.
 */
export interface Ports {
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  readonly notices: Notices
  readonly parties: Parties
  readonly points: Points
  readonly policy: Policy
  readonly pushes: Pushes
  readonly random: Random
  readonly seal: Seal
  readonly sender: Sender
  readonly sessions: Sessions
  readonly store: Store
  readonly wechatMini: WechatMini
  readonly wechatPay: WechatPay
}

export type * from './answer.ts'
export { answer, silence } from './answer.ts'
export type * from './clock.ts'
export type * from './jobs.ts'
export type * from './log.ts'
export type * from './notices.ts'
export type * from './parties.ts'
export type * from './points.ts'
export type * from './pushes.ts'
export type * from './random.ts'
export type * from './seal.ts'
export type * from './sender.ts'
export type * from './sessions.ts'
export type * from './store.ts'
export type * from './wechat-bill.ts'
export type * from './wechat-mini.ts'
export type * from './wechat-pay.ts'
export type * from './wechat-refund.ts'
