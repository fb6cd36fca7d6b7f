import type { DifferenceClass } from './difference.ts'
import type { Booked, FundCase, FundRow, KnownTrade } from './rows.ts'

/** What a movement of the account is, compared with the trade bill and the books. */
export type FundVerdict =
  | { readonly kind: 'matched'; readonly subject: string }
  | { readonly kind: 'foreign' }
  /** Between WeChat and the bank: it becomes an entry of its own. */
  | { readonly kind: 'book' }
  | {
      readonly kind: 'different'
      readonly class: DifferenceClass
      readonly subject: string | null
      readonly hereFen: number | null
      readonly effectFen: number
    }

/** Judges one row of a fund-flow bill. Pure. */
export function judgeFund({ row, trade, booked, isSeen }: FundCase): FundVerdict {
  const { movement, amountFen } = row
  if (isSeen) return alone('duplicate', amountFen)
  if (movement === 'top_up' || movement === 'withdrawal') return { kind: 'book' }
  if (movement === 'other') return alone('movement', amountFen)
  if (trade === null) return alone('fund_alone', amountFen)
  if (trade.place === 'foreign') return { kind: 'foreign' }
  const { subject } = trade
  if (subject === null) return alone('fund_alone', amountFen)
  const { hereFen, isBooked } = expected(row, trade, booked)
  if (hereFen === amountFen) return { kind: 'matched', subject }
  const kind = movement === 'fee' ? 'fee' : 'fund_amount'
  // Money on its way back is counted as the account says until the books have it.
  const effectFen = isBooked ? amountFen - hereFen : 0
  return { kind: 'different', class: kind, subject, hereFen, effectFen }
}

function alone(kind: DifferenceClass, amountFen: number): FundVerdict {
  return { kind: 'different', class: kind, subject: null, hereFen: null, effectFen: amountFen }
}

const sumOf = (some: readonly Booked[]): number =>
  some.reduce((sum, { amountFen }) => sum + amountFen, 0)

/** What the books, or until then the trade bill, say that the account moved. */
function expected(
  { movement }: FundRow,
  trade: KnownTrade,
  booked: readonly Booked[],
): { readonly hereFen: number; readonly isBooked: boolean } {
  if (movement === 'payment') {
    const own = booked.filter(
      ({ entryId, transition }) => entryId === trade.entryId || transition === 'coupon',
    )
    return { hereFen: sumOf(own), isBooked: true }
  }
  if (movement === 'fee') {
    return {
      hereFen: sumOf(booked.filter(({ transition }) => transition === 'fee')),
      isBooked: true,
    }
  }
  const told = 0 - (trade.refundSettledFen + trade.feeFen)
  if (movement === 'refund_back') return { hereFen: 0 - told, isBooked: false }
  const arrived = booked.some(({ transition }) => transition === 'succeeded')
  return arrived ? { hereFen: sumOf(booked), isBooked: true } : { hereFen: told, isBooked: false }
}
