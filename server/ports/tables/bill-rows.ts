import type { FundBillRow, Instant, Mchid, TradeBillRow } from '@minitill/protocol/model'
import type { BillDay } from '../../domain/reconcile/bill-day.ts'
import type {
  Booked,
  FundCase,
  KnownRefundRow,
  Place,
  TradeCase,
} from '../../domain/reconcile/rows.ts'

/** How rows of one bill were judged; matched ones in bulk. */
export interface MatchedRow {
  readonly line: number
  readonly subject: string
  readonly entryId: string | null
  readonly booked: boolean
}

/** A refund whose row is matched, and whose fee is not in the books yet. */
export interface UnbookedRefund {
  readonly billId: string
  readonly line: number
  readonly feeFen: number
  readonly refundFen: number
  readonly refundSettledFen: number
  readonly refund: KnownRefundRow
  readonly entryId: string | null
}

/** Something of ours that no bill has. */
export interface MissingEntry {
  readonly entryId: string
  readonly subject: string
  readonly amountFen: number
  readonly happenedAtMs: Instant
  readonly bookedAtMs: Instant
  readonly outTradeNo: string | null
  readonly transactionId: string | null
}

export interface MissingRefund {
  readonly id: string
  readonly outRefundNo: string
  readonly refundId: string | null
  readonly amountFen: number
  readonly acceptedAtMs: Instant
  readonly entryId: string | null
}

/** Money of a trade row that the account never moved. */
export interface MissingFund {
  readonly billId: string
  readonly line: number
  readonly movement: 'payment' | 'fee' | 'refund'
  readonly identity: string
  readonly subject: string
  readonly amountFen: number
  readonly outTradeNo: string
}

/** What was found among so many rows that were looked at; where to go on, null at the end. */
export interface Looked<Found, Next> {
  readonly found: readonly Found[]
  readonly next: Next | null
}

export interface TradeRowReads {
  countOf(billId: string): Promise<number>
  /** Rows of an accepted bill that are not judged, or in an open difference, with all about them. */
  page(billId: string, afterLine: number, limit: number): Promise<readonly TradeCase[]>
  /** One row again, after evidence had its effect. */
  caseOf(billId: string, line: number): Promise<TradeCase | null>
  /** Whether another row is matched with this entry, or in a difference about it. */
  isHeld(entryId: string, than: BillLine): Promise<boolean>
  unbooked(mchid: Mchid, after: BillLine, limit: number): Promise<readonly UnbookedRefund[]>
  /** Entries with WeChat's debt in them, of which no accepted row and no difference knows. */
  missingEntries(
    filter: MissingFilter,
    window: number,
  ): Promise<Looked<MissingEntry, NonNullable<MissingFilter['after']>>>
  missingRefunds(filter: MissingFilter, limit: number): Promise<readonly MissingRefund[]>
  places(billId: string): Promise<Readonly<Record<Place, number>>>
}

export interface BillLine {
  readonly billId: string
  readonly line: number
}

export interface MissingFilter {
  readonly mchid: Mchid
  /** Booked from here on, and happened in between. */
  readonly bookedFrom: Instant
  readonly happenedFrom: Instant
  readonly happenedUntil: Instant
  /** The last one of the page before. */
  readonly after: { readonly atMs: Instant; readonly id: string } | null
}

export interface TradeRowWrites {
  insert(
    billId: string,
    rows: ReadonlyArray<{ readonly line: number; readonly row: TradeBillRow }>,
  ): Promise<void>
  /** Deletes so many rows of an import that was not accepted; how many. */
  clear(billId: string, limit: number): Promise<number>
  match(billId: string, rows: readonly MatchedRow[]): Promise<void>
  foreign(billId: string, lines: readonly number[]): Promise<void>
  differ(
    place: BillLine,
    about: {
      readonly differenceId: string
      readonly subject: string | null
      readonly entryId: string | null
      readonly booked: boolean
    },
  ): Promise<void>
  /** Their fees are in the books now, or there is nothing to book. */
  settle(rows: readonly (BillLine & { readonly entryId: string | null })[]): Promise<void>
}

export interface FundRowReads {
  countOf(billId: string): Promise<number>
  page(billId: string, afterLine: number, limit: number): Promise<readonly FundCase[]>
  /**
   * Trade rows whose money no fund-flow bill has: those of the day's trade bill, but for the payments
   * of its last minutes, which are judged with the next day's.
   */
  missing(
    bills: { readonly mchid: Mchid; readonly day: BillDay },
    after: BillLine,
    window: number,
  ): Promise<Looked<MissingFund, BillLine>>
  places(billId: string): Promise<Readonly<Record<Place, number>>>
  /** Σ of what other systems moved, in one bill. */
  foreignOf(billId: string): Promise<number>
  /** Σ that had left for refunds from the opening until a day's end and had not arrived. */
  underWay(mchid: Mchid, day: BillDay, openedAt: Instant): Promise<number>
  /** Σ of refunds that had left before a day began and arrived later, or have not arrived. */
  leftBefore(mchid: Mchid, day: BillDay): Promise<number>
  /** Σ of entries of the last minutes of a day that no bill until then has moved. */
  carried(mchid: Mchid, day: BillDay): Promise<number>
}

export interface FundRowWrites {
  insert(
    billId: string,
    mchid: Mchid,
    rows: ReadonlyArray<{ readonly line: number; readonly row: FundBillRow }>,
  ): Promise<void>
  clear(billId: string, limit: number): Promise<number>
  match(billId: string, rows: readonly Pick<MatchedRow, 'line' | 'subject'>[]): Promise<void>
  foreign(billId: string, lines: readonly number[]): Promise<void>
  differ(place: BillLine, differenceId: string, subject: string | null): Promise<void>
}

export type { Booked }
