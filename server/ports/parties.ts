import type { Appid, Fen, Mchid } from '@minitill/protocol/model'
import type { MessageTemplates } from '../domain/person-message.ts'
import type { SessionPolicy } from '../domain/session.ts'

/** A mini program of ours, without its secret. */
export interface App {
  readonly appid: Appid
  /** Subscribe messages, where the operator has templates for them. */
  readonly messages?: MessageTemplates
}

/** A merchant of ours, without its keys. */
export interface Merchant {
  readonly mchid: Mchid
  readonly appids: readonly Appid[]
  /** Where WeChat Pay tells us of payments; fixed in each order when it is placed. */
  readonly payNotifyUrl: string
  /** Where it tells us of refunds; fixed in each refund request. */
  readonly refundNotifyUrl: string
  readonly policy: MerchantPolicy
}

/** The operator's choices for what one merchant collects; the settings' values unless it has own ones. */
export interface MerchantPolicy {
  /** How long an order may be paid. */
  readonly orderTtlMs: number
  /** Every out_trade_no and out_refund_no of ours at this merchant begins with it. */
  readonly tradePrefix: string
  readonly lateMoney: 'park' | 'revive_or_refund'
  /** A refund from this amount on waits for a second person; null: none does. */
  readonly approveRefundsFrom: Fen | null
}

/** Who we are: the apps and merchants of this deployment. Secrets stay in the adapters. */
export interface Parties {
  readonly defaultAppid: Appid
  app(appid: string): App | null
  readonly appids: readonly Appid[]
  readonly mchids: readonly Mchid[]
  merchant(mchid: string): Merchant | null
  /** The merchant that collects for this app: the first one that names it. */
  merchantOf(appid: Appid): Merchant
  /** How the money of a merchant is treated, also of one that is no longer configured. */
  policyOf(mchid: string): MerchantPolicy
}

/** The operator's choices that hold for all merchants; the rest is `Merchant.policy`. */
export type Policy = SessionPolicy
