import type { Mchid } from '@minitill/protocol/model'
import type { Answer } from './answer.ts'
import type { Refusal } from './wechat-pay.ts'

/** 交易账单 (all trades) and 资金账单 (the movements of an account). */
export type BillKind = 'trade' | 'fundflow'

/** Which bill: of trades there is one a day, of funds one for each account of the merchant's. */
export interface BillRequest {
  readonly mchid: Mchid
  /** yyyy-MM-dd in Beijing. */
  readonly date: string
  readonly kind: BillKind
  readonly account: 'ALL' | 'BASIC' | 'OPERATION' | 'FEES'
}

/** A bill that is here in full and whose hash is the one that WeChat's verified answer told. */
export interface BillFile {
  /** SHA-1 in lower-case hex. */
  readonly hash: string
  /** Uncompressed. */
  readonly size: number
  /** The uncompressed bytes from the beginning; may be called again. */
  read(): AsyncIterable<Uint8Array>
  /** Nobody needs it any more. What is not discarded goes with the process. */
  discard(): Promise<void>
}

/** Why something came that is no bill: nothing of it may be used. */
export type BillFault = 'link' | 'hash' | 'too_large' | 'not_readable'

export type BillAnswer =
  | { readonly kind: 'file'; readonly file: BillFile }
  | { readonly kind: 'unusable'; readonly why: BillFault }
  | Refusal

/** The bill calls of api.mch.weixin.qq.com; part of WechatPay. */
export interface WechatBills {
  /** Asks for a bill and downloads it. A refusal is that of the asking; it may be verified. */
  bill(request: BillRequest): Promise<Answer<BillAnswer>>
}
