import type { Instant, Mchid } from '@minitill/protocol/model'
import type { DayBalance } from '../../domain/reconcile/balance.ts'
import type { BillDay } from '../../domain/reconcile/bill-day.ts'
import type { Difference, DifferenceClass } from '../../domain/reconcile/difference.ts'

export interface DifferenceFilter {
  readonly status?: Difference['status'] | undefined
  readonly date?: string | undefined
  readonly mchid?: string | undefined
}

/** How many of a class and status there are on a day, and what they are about. */
export interface DifferenceCount {
  readonly class: DifferenceClass
  readonly status: Difference['status']
  readonly count: number
  /** Σ of what WeChat says, or where it says nothing, of what we say. */
  readonly amountFen: number
}

export interface DifferenceReads {
  byId(id: string): Promise<Difference | null>
  byKey(mchid: Mchid, key: string): Promise<Difference | null>
  /** Newest first. */
  page(
    filter: DifferenceFilter,
    before: { readonly openedAtMs: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly Difference[]>
  countsOf(mchid: Mchid, date: string): Promise<readonly DifferenceCount[]>
  /** Σ effects of what is not healed, up to and with a day, without that day's own balance. */
  effectsUntil(mchid: Mchid, date: string): Promise<number>
  /** Days with open differences, oldest first, from one on. */
  openDays(mchid: Mchid, from: string): Promise<readonly string[]>
  openBalance(mchid: Mchid, date: string): Promise<Difference | null>
}

export interface DifferenceWrites {
  /**
   * Keeps a difference. One of this key that is open takes the new class and amounts; a closed one
   * stays as it is. Answers what is kept then, and whether it is new.
   */
  keep(
    difference: Difference,
  ): Promise<{ readonly difference: Difference; readonly isNew: boolean }>
  /** Evidence has come. false when it is closed already. */
  heal(id: string, evidence: string, at: Instant): Promise<boolean>
  /** The partners of these entries, or of these keys, have come. */
  healPartners(
    mchid: Mchid,
    of: { readonly entryIds: readonly string[]; readonly keys: readonly string[] },
    evidence: string,
    at: Instant,
  ): Promise<void>
  /** A named person explains it. false when it is closed already. */
  explain(id: string, by: string, reason: string, at: Instant): Promise<boolean>
}

/** A merchant's day. */
export interface Reconciliation {
  readonly id: string
  readonly mchid: Mchid
  readonly date: string
  readonly status: 'waiting' | 'running' | 'reconciled' | 'refused'
  /** Which run may write. */
  readonly run: number
  readonly problem: string | null
  readonly counts: DayCounts | null
  /** null while the fund-flow bill says nothing that can be compared. */
  readonly balance: DayBalance | null
  readonly foreignFen: number
  readonly requestedAtMs: Instant
  readonly finishedAtMs: Instant | null
  readonly version: number
}

export interface DayCounts {
  readonly tradeRows: number
  readonly fundRows: number
  readonly matched: number
  readonly foreign: number
  readonly differences: readonly DifferenceCount[]
}

export interface ReconciliationReads {
  find(mchid: Mchid, date: string): Promise<Reconciliation | null>
  /** The merchants' days of this date, by mchid. */
  ofDate(date: string): Promise<readonly Reconciliation[]>
  /** Newest day first. */
  page(
    before: { readonly date: string; readonly mchid: string } | null,
    limit: number,
  ): Promise<readonly Reconciliation[]>
  lastDate(mchid: Mchid): Promise<string | null>
  /** The first day before one that was asked for since then and has never ended; null for none. */
  firstUnended(
    mchid: Mchid,
    of: { readonly before: string; readonly since: Instant },
  ): Promise<Reconciliation | null>
  /** The first day whose balance was compared; null for none. */
  openingDate(mchid: Mchid): Promise<string | null>
  /** Σ of other systems' movements up to and with a day. */
  foreignUntil(mchid: Mchid, date: string): Promise<number>
}

export interface ReconciliationWrites {
  /** Makes the day unless it is there. */
  request(day: Reconciliation): Promise<Reconciliation>
  /** The next run; it overtakes the one before. */
  begin(id: string): Promise<number>
  /** Whether this run may still write; holds that until the transaction ends. */
  holds(id: string, run: number): Promise<boolean>
  wait(
    id: string,
    end: { readonly status: 'waiting' | 'refused'; readonly problem: string },
  ): Promise<void>
  setForeign(id: string, fen: number): Promise<void>
  finish(
    id: string,
    end: { readonly counts: DayCounts; readonly balance: DayBalance | null },
    at: Instant,
  ): Promise<Reconciliation>
}

export type { BillDay }
