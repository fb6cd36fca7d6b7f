import type { Fen, Instant, Mchid, TransactionId } from '@minitill/protocol/model'

/** Accounts of the ledger. Debit is positive, credit negative; every entry sums to zero. */
export type LedgerAccount =
  | 'wechat_receivable'
  | 'sales'
  | 'refunds'
  | 'fees'
  | 'suspense'
  | 'settled_cash'

export interface Posting {
  readonly account: LedgerAccount
  /** Signed whole fen. */
  readonly amountFen: number
}

/** An entry that has no id and no time yet: what a decision asks for. */
export interface EntryDraft {
  /** For example payment:pay_…; or transaction:4200… for money without a payment. */
  readonly subject: string
  readonly transition: string
  /** Whose account at WeChat the money is in. */
  readonly mchid: Mchid
  /**
   * When it happened at WeChat, which decides the day whose bill has it. Later `atMs` is when it was
   * booked here: a payment of 23:59:59 that is told after midnight has two different days.
   */
  readonly happenedAtMs: Instant
  readonly postings: readonly Posting[]
}

/** A balanced set of postings: one for each (subject, transition), for ever. */
export interface Entry extends EntryDraft {
  readonly id: string
  readonly atMs: Instant
}

/** Moves an amount between two accounts. */
export function movement(debit: LedgerAccount, credit: LedgerAccount, amount: Fen): Posting[] {
  return [
    { account: debit, amountFen: amount },
    { account: credit, amountFen: -amount },
  ]
}

/** Whether postings sum to zero and none of them is zero or inexact; at least two are needed. */
export function balances(postings: readonly Posting[]): boolean {
  const exact = postings.every((p) => Number.isSafeInteger(p.amountFen) && p.amountFen !== 0)
  return exact && postings.length >= 2 && postings.reduce((sum, p) => sum + p.amountFen, 0) === 0
}

/**
 * Money that we cannot explain: WeChat owes it to us, and we owe it to somebody. The transition
 * names the amount, so that two statements about one transaction that differ are both kept, in
 * whatever order they come. null for nothing: an entry of zero would say nothing.
 */
export function suspense(money: {
  readonly transactionId: TransactionId
  readonly mchid: Mchid
  readonly why: string
  readonly amountFen: Fen
  readonly happenedAtMs: Instant
}): EntryDraft | null {
  const { transactionId, mchid, why, amountFen, happenedAtMs } = money
  if (amountFen === 0) return null
  return {
    subject: `transaction:${transactionId}`,
    transition: `suspense:${why}:${amountFen}`,
    mchid,
    happenedAtMs,
    postings: movement('wechat_receivable', 'suspense', amountFen),
  }
}
