import type { Mchid, OutTradeNo, PrepayId, Transaction } from '@minitill/protocol/model'
import type { Answer } from './answer.ts'
import type { WechatBills } from './wechat-bill.ts'
import type { WechatRefunds } from './wechat-refund.ts'

/** The request as it was frozen with the payment: these bytes, always these bytes. */
export interface FrozenPrepay {
  readonly mchid: Mchid
  readonly outTradeNo: OutTradeNo
  /** The JSON text of the body, serialised once when the order was placed. */
  readonly body: string
}

/**
 * WeChat's refusal. `authentic` says whether its signature was verified: an unsigned one is a hint
 * that may lead to a question, never to a state (finding 3 of the security design).
 */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: string
  /** WeChat's own words, for the operator; they change and decide nothing. */
  readonly message: string
  readonly httpStatus: number
  readonly authentic: boolean
}

export type PrepayAnswer = { readonly kind: 'prepaid'; readonly prepayId: PrepayId } | Refusal
export type QueryAnswer =
  | { readonly kind: 'transaction'; readonly transaction: Transaction }
  | Refusal
export type CloseAnswer = { readonly kind: 'closed' } | Refusal

/** The five strings for wx.requestPayment. */
export interface CallUp {
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA'
  readonly paySign: string
}

/** api.mch.weixin.qq.com, one merchant a call. Answers are verified before they are answers. */
export interface WechatPay extends WechatBills, WechatRefunds {
  prepay(request: FrozenPrepay): Promise<Answer<PrepayAnswer>>
  query(mchid: Mchid, outTradeNo: OutTradeNo): Promise<Answer<QueryAnswer>>
  close(mchid: Mchid, outTradeNo: OutTradeNo): Promise<Answer<CloseAnswer>>
  /** Signs the call-up with the key that signed the prepay. No network. */
  callUp(mchid: Mchid, appid: string, prepayId: PrepayId): Promise<CallUp>
  /** Downloads the platform certificates and stores them; 'none' for public-key merchants. */
  refreshKeys(mchid: Mchid): Promise<Answer<'refreshed' | 'none'>>
}
