import type { Instant } from '@minitill/protocol/model'
import type { Entry } from '../../domain/ledger.ts'

export interface LedgerReads {
  ofSubject(subject: string): Promise<readonly Entry[]>
  /** Σ postings of an account up to an instant; debit positive. Signed fen. */
  balances(at: Instant): Promise<ReadonlyArray<{ account: string; amountFen: number }>>
}

export interface LedgerWrites {
  /**
   * false when an entry of the same (subject, transition) exists: then nothing is written, because
   * it was said before. Throws when it does not balance.
   */
  append(entry: Entry): Promise<boolean>
}
