import type { Mchid, RefundNotice, Transaction } from '@minitill/protocol/model'

/** Raw bytes and headers exactly as they came. */
export interface RawNotice {
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array
}

/** Why a message was refused; never shown to the sender beyond "FAIL". */
export type NoticeRefusal =
  | 'header_missing'
  | 'header_doubled'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'probe'
  | 'unknown_serial'
  /** Named by a PUB_KEY_ID_, which cannot be downloaded: somebody has to configure it. */
  | 'unknown_public_key'
  | 'bad_signature'
  | 'not_a_notification'
  | 'wrong_algorithm'
  | 'not_openable'
  | 'malformed_resource'

export interface OpenedNotice {
  readonly id: string
  readonly eventType: string
  readonly originalType: string
  readonly plaintext: string
  /** What the content is. malformed: authentic, but not what its original_type says. */
  readonly kind: 'transaction' | 'refund' | 'other' | 'malformed'
  /** Present when the content is a payment. */
  readonly transaction: Transaction | null
  /** Present when the content is a refund. */
  readonly refund: RefundNotice | null
}

export type NoticeResult =
  | { readonly ok: true; readonly notice: OpenedNotice }
  | { readonly ok: false; readonly reason: NoticeRefusal }

/** Verifies and opens WeChat Pay notifications with the keys of the path's merchant alone. */
export interface Notices {
  open(mchid: Mchid, raw: RawNotice): Promise<NoticeResult>
}
