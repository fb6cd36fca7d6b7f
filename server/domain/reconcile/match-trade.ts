import type { DifferenceClass } from './difference.ts'
import type { Booked, KnownRefundRow, TradeCase, TradeRow } from './rows.ts'

/** What a trade row is, compared with our books. */
export type TradeVerdict =
  | { readonly kind: 'matched'; readonly subject: string; readonly entryId: string | null }
  | { readonly kind: 'foreign' }
  /** We know less than the row: let it decide as evidence, then look again. */
  | { readonly kind: 'tell' }
  | {
      readonly kind: 'different'
      readonly class: DifferenceClass
      readonly subject: string | null
      readonly entryId: string | null
      readonly hereFen: number | null
    }

/** Judges one row of a trade bill. Pure; the same case gives the same verdict in every run. */
export function judgeTrade(known: TradeCase, tradePrefix: string): TradeVerdict {
  if (known.isSeen) return different('duplicate')
  if (known.row.state === 'REFUND') return judgeRefund(known, tradePrefix)
  if (known.row.state !== 'SUCCESS') return different('unclear')
  return judgePayment(known, tradePrefix)
}

function different(
  kind: DifferenceClass,
  about: { subject?: string; entryId?: string | null; hereFen?: number } = {},
): TradeVerdict {
  const { subject = null, entryId = null, hereFen = null } = about
  return { kind: 'different', class: kind, subject, entryId, hereFen }
}

/** Why money lies in suspense that a row also tells of: the reason is the difference. */
const suspenseClasses: Readonly<Record<string, DifferenceClass>> = {
  wrong_amount: 'amount',
  wrong_party: 'party',
  unknown_order: 'unknown_order',
}

function judgePayment({ row, payment, booked }: TradeCase, tradePrefix: string): TradeVerdict {
  const sold = booked.find(({ transition }) => transition === 'paid')
  if (sold !== undefined && payment?.transactionId === row.transactionId) {
    if (isSame(row, sold)) return isOddFee(row) ? different('fee', sold) : matched(sold)
    return different('amount', { ...sold, hereFen: sold.amountFen })
  }
  const kept = booked.find(
    ({ transition, amountFen }) =>
      transition.startsWith('suspense:') && amountFen === row.totalFen && row.currency === 'CNY',
  )
  if (kept !== undefined) {
    const kind = suspenseClasses[kept.transition.split(':')[1] ?? '']
    if (kind === undefined) return matched(kept)
    const { subject, entryId } = kept
    const here = payment === null ? {} : { hereFen: payment.amountFen }
    return different(kind, { subject, entryId, ...here })
  }
  if (payment?.status === 'paid' && payment.transactionId === row.transactionId) {
    return different('amount', { subject: `payment:${payment.id}`, hereFen: payment.amountFen })
  }
  if (payment !== null || row.outTradeNo.startsWith(tradePrefix)) return { kind: 'tell' }
  return { kind: 'foreign' }
}

const isSame = (row: TradeRow, { amountFen }: Booked): boolean =>
  row.currency === 'CNY' && row.totalFen === amountFen

const matched = ({ subject, entryId }: Booked): TradeVerdict => ({
  kind: 'matched',
  subject,
  entryId,
})

function judgeRefund({ row, payment, refund, booked }: TradeCase, prefix: string): TradeVerdict {
  if (refund === null) {
    const isOurs = payment !== null || row.outTradeNo.startsWith(prefix)
    return isOurs ? { kind: 'tell' } : { kind: 'foreign' }
  }
  const subject = `refund:${refund.id}`
  const isSameRefund =
    refund.transactionId === row.transactionId &&
    refund.amountFen === row.refundFen &&
    (refund.refundId === null || refund.refundId === row.refundId)
  const entryId = booked.find(({ transition }) => transition === 'succeeded')?.entryId ?? null
  const about = { subject, entryId, hereFen: refund.amountFen }
  if (!isSameRefund) return different('refund_amount', about)
  switch (agreement(row, refund)) {
    case 'agree':
      return { kind: 'matched', subject, entryId }
    case 'contradict':
      return different('refund_state', about)
    case 'news':
      return { kind: 'tell' }
  }
}

/** The state of a row is that of the moment when the bill was made, and ours may be a later one. */
function agreement(
  { refundState }: TradeRow,
  { status }: KnownRefundRow,
): 'agree' | 'contradict' | 'news' {
  if (refundState === 'SUCCESS') {
    if (status === 'succeeded') return 'agree'
    return status === 'closed' ? 'contradict' : 'news'
  }
  if (refundState === 'FAIL') {
    if (status === 'closed') return 'agree'
    return status === 'succeeded' ? 'contradict' : 'news'
  }
  if (refundState === 'CHANGE') return status === 'accepted' ? 'news' : early(status)
  return early(status)
}

/** PROCESSING says that WeChat has it. */
function early(status: KnownRefundRow['status']): 'agree' | 'news' {
  return status === 'frozen' || status === 'refused' ? 'news' : 'agree'
}

/**
 * Whether a fee is another than its rate makes. The rounding is not documented, so that anything
 * below one fen is the rate's; a rate that is not written like 0.60% says nothing.
 */
export function isOddFee({ settledFen, feeFen, rate, state }: TradeRow): boolean {
  const match = /^(\d{1,3})\.(\d{2})%$/.exec(rate)
  if (match === null || state !== 'SUCCESS') return false
  const per10000 = Number(`${match[1]}${match[2]}`)
  return Math.abs(feeFen * 10_000 - settledFen * per10000) >= 10_000
}
