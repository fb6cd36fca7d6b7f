import type { Appid, Instant, Openid, Unionid } from '@minitill/protocol/model'
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

/** api.weixin.qq.com. Every number is an errcode of WeChat's global table. */
export interface WechatMini {
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
