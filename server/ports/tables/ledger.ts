import type { Instant, Mchid } from '@minitill/protocol/model'
import type { Entry, LedgerAccount } from '../../domain/ledger.ts'

/** What one merchant's account of the ledger holds; debit positive. Signed fen. */
export interface Balance {
  readonly mchid: Mchid
  readonly account: LedgerAccount
  readonly amountFen: number
}

/** What an account comes to over some entries; debit positive. */
export type AccountSum = Pick<Balance, 'account' | 'amountFen'>

/** Up to and with which instant, by which of an entry's two times, and whose. */
export interface BalanceFilter {
  /** null: everything that is booked. */
  readonly at: Instant | null
  /**
   * happened: WeChat's time, so that a day's end is that of its bill, and an entry that was told
   * late still counts on its day. booked: what the books said then; never changes afterwards.
   */
  readonly by: 'happened' | 'booked'
  readonly mchid?: Mchid | undefined
}

/** Which entries; all of it must fit. */
export interface EntryFilter {
  readonly subjects?: readonly string[] | undefined
  /** By booking time, both ends included. */
  readonly fromMs?: Instant | undefined
  readonly toMs?: Instant | undefined
}

export interface LedgerReads {
  ofSubject(subject: string): Promise<readonly Entry[]>
  /** Oldest first, by booking time and id. */
  page(
    filter: EntryFilter,
    after: { readonly atMs: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly Entry[]>
  /** Σ postings over all entries of these subjects, by account. */
  sums(subjects: readonly string[]): Promise<readonly AccountSum[]>
  /** Σ postings of each merchant and account, by mchid and account. */
  balances(filter: BalanceFilter): Promise<readonly Balance[]>
}

export interface LedgerWrites {
  /**
   * false when an entry of the same (subject, transition) exists: then nothing is written, because
   * it was said before. Throws when it does not balance.
   */
  append(entry: Entry): Promise<boolean>
  /** The same for many at once: how many were new. */
  appendAll(entries: readonly Entry[]): Promise<number>
}
