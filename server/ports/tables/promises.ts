import type { Instant } from '@minitill/protocol/model'
import type { PromiseId, PromiseResult, Window } from '../../domain/live-promise.ts'

export interface PromiseReads {
  /** How many checks the promise has in SQL. */
  checksOf(id: PromiseId): number
  /** Looks at up to `limit` rows of one check after a row, in one statement and snapshot. */
  look(id: PromiseId, check: number, after: string, limit: number): Promise<Window>
  /** What was found last, by id; a promise that was never checked is missing. */
  results(): Promise<readonly PromiseResult[]>
  result(id: PromiseId): Promise<PromiseResult | null>
}

export interface PromiseWrites {
  /** false, and nothing done, when somebody else kept a result since `loadedAtMs` (null: none). */
  keep(result: PromiseResult, loadedAtMs: Instant | null): Promise<boolean>
}
