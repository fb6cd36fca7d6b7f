import type { Instant, Mchid } from '@minitill/protocol/model'
import type { BillDay } from '../../domain/reconcile/bill-day.ts'
import type { BillRequest } from '../wechat-bill.ts'

/**
 * wanted: asked for, not here. importing: rows come in. refused: what came is no whole bill. empty:
 * WeChat says that nothing happened. accepted: here, for ever.
 */
export type BillStatus = 'wanted' | 'importing' | 'refused' | 'empty' | 'accepted'

export interface Bill extends BillRequest {
  readonly id: string
  readonly status: BillStatus
  /** Which import may write. */
  readonly attempt: number
  readonly tries: number
  readonly problem: string | null
  readonly hash: string | null
  readonly rowCount: number | null
  readonly openingFen: number | null
  readonly closingFen: number | null
  readonly createdAtMs: Instant
  readonly endedAtMs: Instant | null
}

/** What an import found. */
export interface AcceptedBill {
  readonly hash: string
  readonly rowCount: number
  readonly sums: Readonly<Record<string, number>>
  readonly ends: { readonly openingFen: number; readonly closingFen: number } | null
}

export interface BillReads {
  byId(billId: string): Promise<Bill | null>
  find(request: BillRequest): Promise<Bill | null>
  /** The bills of a merchant's day, by kind and account. */
  ofDay(mchid: Mchid, date: string): Promise<readonly Bill[]>
  /** The first day of which there is a trade bill; null for none. */
  firstDate(mchid: Mchid): Promise<string | null>
  /** The last closing balance before a day; null when none is known. */
  closingBefore(mchid: Mchid, date: string): Promise<number | null>
  /** When the first money of this merchant's moved; null for none. */
  firstMoneyAt(mchid: Mchid): Promise<Instant | null>
  /** Whether the books have money of this day at this merchant. */
  hasMoney(mchid: Mchid, day: BillDay): Promise<boolean>
}

export interface BillWrites {
  /** The bill of this request; made when there is none. */
  want(bill: Bill): Promise<Bill>
  /** A try that brought nothing. An accepted one stays as it is. */
  note(
    billId: string,
    end: { readonly status: 'wanted' | 'refused'; readonly problem: string },
  ): Promise<number>
  /** Begins an import: its attempt; null when the bill is accepted already. */
  begin(billId: string): Promise<number | null>
  /** Whether this import may still write; holds that until the transaction ends. */
  holds(billId: string, attempt: number): Promise<boolean>
  accept(billId: string, found: AcceptedBill, at: Instant): Promise<void>
  /** false when there are rows, or the bill was accepted meanwhile. */
  acceptEmpty(billId: string, at: Instant): Promise<boolean>
}
