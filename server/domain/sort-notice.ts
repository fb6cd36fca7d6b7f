import type { Appid, Mchid, RefundNotice, Transaction } from '@minitill/protocol/model'

/** An opened notification, as far as its sorting needs it. */
export interface NoticeFacts {
  readonly eventType: string
  readonly kind: 'transaction' | 'refund' | 'other' | 'malformed'
  readonly transaction: Transaction | null
  readonly refund: RefundNotice | null
}

/**
 * - apply: a payment or refund of this merchant's; it goes to `decidePayment` or `decideRefund`
 * - wrong_party: authentic, but about an app or a merchant that is not ours: a person looks
 * - odd: its kind and its content do not fit: a person looks
 * - keep: authentic and none of our business today; stored, and nobody is bothered
 */
export type NoticePlace = 'apply' | 'wrong_party' | 'odd' | 'keep'

/** Sorts a verified, opened message of the path's merchant. original_type decides, not the event. */
export function sortNotice(
  notice: NoticeFacts,
  merchant: { readonly mchid: Mchid; readonly appids: readonly Appid[] },
): NoticePlace {
  const { eventType, kind, transaction, refund } = notice
  if (kind === 'malformed') return 'odd'
  const saysPayment = eventType.startsWith('TRANSACTION.')
  if (kind === 'transaction' && transaction && saysPayment) {
    const ours = transaction.mchid === merchant.mchid && merchant.appids.includes(transaction.appid)
    return ours ? 'apply' : 'wrong_party'
  }
  if (kind === 'transaction' || saysPayment) return 'odd'
  if (kind === 'refund' && refund) {
    if (eventType !== `REFUND.${String(refund.refund_status)}`) return 'odd'
    return refund.mchid === merchant.mchid ? 'apply' : 'wrong_party'
  }
  return eventType.startsWith('REFUND.') ? 'odd' : 'keep'
}
