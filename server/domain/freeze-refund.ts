import type { Fen, Instant, OutRefundNo } from '@minitill/protocol/model'
import { tradeNo } from './freeze-payment.ts'
import type { Receipt, Refund } from './refund.ts'

/** WeChat shows the reason to the person; so many bytes of UTF-8 it takes (申请退款). */
export const mostReasonBytes = 80
const mostParts = 50
const mostAgeMs = 365 * 24 * 60 * 60 * 1000

/** Why a refund cannot be: told before WeChat would tell it. */
export type RefundFault = 'exceeds_remainder' | 'too_many_parts' | 'too_old' | 'restocked_already'

/** The rules that bind us and WeChat alike; null when nothing stands against it (§7.2). */
export function refundFault(
  receipt: Receipt,
  asked: { readonly amountFen: Fen; readonly restock: boolean },
  earlier: readonly Refund[],
  at: Instant,
): RefundFault | null {
  if (receipt.reservedFen + asked.amountFen > receipt.totalFen) return 'exceeds_remainder'
  // One that WeChat accepted and closed may still count there; one that it never had does not.
  const parts = earlier.filter((one) => one.status !== 'closed' || one.acceptedAtMs !== null)
  if (parts.length >= mostParts) return 'too_many_parts'
  if (at - receipt.paidAtMs > mostAgeMs) return 'too_old'
  const isTaken = earlier.some((one) => one.restock && one.status !== 'closed')
  return asked.restock && isTaken ? 'restocked_already' : null
}

/** A number of ours, told from an out_trade_no by the R after the prefix. */
export function refundNo(prefix: string, chance: Uint8Array): string {
  return tradeNo(`${prefix}R`, chance)
}

/** The body of the refund request, serialised once: a repetition that differs is refused (§7.1). */
export function refundBody(
  receipt: Receipt,
  refund: { readonly outRefundNo: OutRefundNo; readonly amountFen: Fen; readonly reason: string },
  notifyUrl: string,
): string {
  return JSON.stringify({
    transaction_id: receipt.transactionId,
    out_refund_no: refund.outRefundNo,
    reason: refund.reason,
    notify_url: notifyUrl,
    amount: { refund: refund.amountFen, total: receipt.totalFen, currency: 'CNY' },
  })
}
