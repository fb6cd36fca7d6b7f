import type { Mchid, OutRefundNo, Refund, RefundId } from '@minitill/protocol/model'
import type { Answer } from './answer.ts'
import type { Refusal } from './wechat-pay.ts'

/** WeChat's word on one refund. After a request it means accepted, not done. */
export type RefundAnswer = { readonly kind: 'refund'; readonly refund: Refund } | Refusal

/** The request as it was frozen with the refund: these bytes, always these bytes. */
export interface FrozenRefund {
  readonly mchid: Mchid
  readonly outRefundNo: OutRefundNo
  readonly body: string
}

/** Where an abnormal refund shall go instead (§7.5). Never stored; sealed on the way out. */
export interface AbnormalRefund {
  readonly mchid: Mchid
  readonly refundId: RefundId
  readonly outRefundNo: OutRefundNo
  readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  readonly bankType?: string
  readonly bankAccount?: string
  readonly realName?: string
}

/** The refund calls of api.mch.weixin.qq.com; part of WechatPay. */
export interface WechatRefunds {
  refund(request: FrozenRefund): Promise<Answer<RefundAnswer>>
  refundQuery(mchid: Mchid, outRefundNo: OutRefundNo): Promise<Answer<RefundAnswer>>
  abnormalRefund(request: AbnormalRefund): Promise<Answer<RefundAnswer>>
}
