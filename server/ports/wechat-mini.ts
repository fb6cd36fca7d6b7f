import type { Appid, Instant, Openid, TransactionId, Unionid } from '@minitill/protocol/model'
import type { ShippingTold } from '../domain/shipment.ts'
import type { Answer } from './answer.ts'

/** A login code swapped at code2Session, or WeChat's refusal of it. */
export type CodeExchange =
  | {
      readonly kind: 'person'
      readonly openid: Openid
      readonly unionid: Unionid | null
      /** Never leaves the server; sealed before it is stored. */
      readonly sessionKey: string
    }
  | { readonly kind: 'refused'; readonly errcode: number }

export type PhoneAnswer =
  | {
      readonly kind: 'phone'
      readonly purePhoneNumber: string
      readonly countryCode: string
      /** For which app WeChat made it, and when. */
      readonly watermark: { readonly appid: Appid; readonly atMs: Instant }
    }
  | { readonly kind: 'refused'; readonly errcode: number }

export type TokenAnswer =
  | { readonly kind: 'token'; readonly accessToken: string; readonly expiresInSeconds: number }
  | { readonly kind: 'refused'; readonly errcode: number }

/** What was said to a call that only does something. */
export type DoneAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly errcode: number }

export type ShippingAnswer =
  | { readonly kind: 'order'; readonly order: ShippingTold }
  | { readonly kind: 'refused'; readonly errcode: number }

export type ManagedAnswer =
  | { readonly kind: 'managed'; readonly managed: boolean }
  | { readonly kind: 'refused'; readonly errcode: number }

/** Shipping information and subscribe messages; the bodies are frozen JSON texts. */
export interface WechatServices {
  uploadShipping(accessToken: string, body: string): Promise<Answer<DoneAnswer>>
  shippingOrder(accessToken: string, transactionId: TransactionId): Promise<Answer<ShippingAnswer>>
  tradeManaged(accessToken: string, appid: Appid): Promise<Answer<ManagedAnswer>>
  sendMessage(accessToken: string, body: string): Promise<Answer<DoneAnswer>>
}

/** api.weixin.qq.com. Every number is an errcode of WeChat's global table. */
export interface WechatMini extends WechatServices {
  exchangeCode(appid: Appid, code: string): Promise<Answer<CodeExchange>>
  /** stable_token; `force` kills the previous token (at most 20 a day and 30 s apart). */
  stableToken(appid: Appid, force: boolean): Promise<Answer<TokenAnswer>>
  /** getuserphonenumber; the openid makes WeChat check whose code it is. */
  phoneNumber(
    appid: Appid,
    accessToken: string,
    code: string,
    openid: Openid,
  ): Promise<Answer<PhoneAnswer>>
}
