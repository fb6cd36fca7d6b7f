// The way of all lives to the one database, as the rest of a run sees it.
import type pg from 'pg'
import type { Life } from './scheduler.ts'

/** A statement that wrote or locked rows, and what it was given. */
export interface Change {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Told after each commit. */
export type OnCommit = (changes: readonly Change[]) => void

export interface Gate {
  /** Nobody has an open transaction: the database may be looked at. */
  readonly free: boolean
  onCommit: OnCommit
  /** As much of a pool as Kysely and the job store use, of one life. */
  pool(life: Life, outside: Life): pg.Pool
  /** A life stands still, and its open transactions with it. */
  froze(life: Life, outside: Life): void
  /** The run is over: whatever was open is undone. */
  close(): void
}
