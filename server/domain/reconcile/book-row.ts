import type { Instant, Mchid } from '@minitill/protocol/model'
import { type EntryDraft, type LedgerAccount, movement } from '../ledger.ts'
import type { FundRow, KnownRefundRow, TradeRow } from './rows.ts'

/** A signed movement; null for nothing, which no entry can say. */
function moved(debit: LedgerAccount, credit: LedgerAccount, fen: number) {
  if (fen === 0) return null
  return fen > 0
    ? movement(debit, credit, fen as Parameters<typeof movement>[2])
    : movement(credit, debit, -fen as Parameters<typeof movement>[2])
}

interface Part {
  readonly transition: string
  readonly debit: LedgerAccount
  readonly credit: LedgerAccount
  readonly fen: number
}

function drafts(
  parts: readonly Part[],
  about: { readonly subject: string; readonly mchid: Mchid; readonly happenedAtMs: Instant },
): readonly EntryDraft[] {
  return parts.flatMap(({ transition, debit, credit, fen }) => {
    const postings = moved(debit, credit, fen)
    return postings === null ? [] : [{ ...about, transition, postings }]
  })
}

/** The fee that WeChat took of a payment, and the coupon of ours that the payer used instead of money. */
export function paymentExtras(row: TradeRow, subject: string, mchid: Mchid): readonly EntryDraft[] {
  const coupon = row.totalFen - row.settledFen
  const parts: Part[] = [
    { transition: 'fee', debit: 'fees', credit: 'wechat_receivable', fen: row.feeFen },
    { transition: 'coupon', debit: 'sales', credit: 'wechat_receivable', fen: coupon },
  ]
  return drafts(parts, { subject, mchid, happenedAtMs: row.atMs })
}

/** Their way back, once the refund has arrived: before that, nothing of it is in the books. */
export function refundExtras(
  row: Pick<TradeRow, 'feeFen' | 'refundFen' | 'refundSettledFen'>,
  refund: Pick<KnownRefundRow, 'id' | 'succeededAtMs'>,
  mchid: Mchid,
): readonly EntryDraft[] {
  const { id, succeededAtMs } = refund
  if (succeededAtMs === null) return []
  const coupon = row.refundFen - row.refundSettledFen
  const parts: Part[] = [
    { transition: 'fee_returned', debit: 'wechat_receivable', credit: 'fees', fen: -row.feeFen },
    { transition: 'coupon_returned', debit: 'wechat_receivable', credit: 'refunds', fen: coupon },
  ]
  return drafts(parts, { subject: `refund:${id}`, mchid, happenedAtMs: succeededAtMs })
}

/** Money between WeChat and the merchant's bank: 提现, 充值. */
export function fundEntry(row: FundRow, mchid: Mchid): EntryDraft | null {
  const postings = moved('wechat_receivable', 'settled_cash', row.amountFen)
  if (postings === null) return null
  const subject = `fund:${mchid}:${row.flowId}`
  return { subject, transition: row.movement, mchid, happenedAtMs: row.atMs, postings }
}

/**
 * What the account held before the first bill, beyond what the books knew of: fees, withdrawals and
 * other systems of earlier days in one openly named entry.
 */
export function openingEntry(mchid: Mchid, fen: number, happenedAtMs: Instant): EntryDraft | null {
  return ofOpening(mchid, fen, happenedAtMs, 'opening')
}

/**
 * The opening once more, for a day before the one that opened the account: its own sum before that
 * day, and the earlier opening taken back where it stands.
 */
export function movedOpening(
  mchid: Mchid,
  now: { readonly date: string; readonly fen: number; readonly atMs: Instant },
  before: { readonly date: string; readonly fen: number; readonly atMs: Instant },
): readonly EntryDraft[] {
  const entries = [
    ofOpening(mchid, now.fen, now.atMs, `opening:${now.date}`),
    ofOpening(mchid, 0 - before.fen, before.atMs, `opening_moved:${before.date}`),
  ]
  return entries.filter((entry) => entry !== null)
}

function ofOpening(
  mchid: Mchid,
  fen: number,
  happenedAtMs: Instant,
  transition: string,
): EntryDraft | null {
  const postings = moved('wechat_receivable', 'settled_cash', fen)
  if (postings === null) return null
  return { subject: `merchant:${mchid}`, transition, mchid, happenedAtMs, postings }
}
