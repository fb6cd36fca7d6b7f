import type { Instant } from '@minitill/protocol/model'

/** Something parked for a person. One task for each (kind, subject). */
export interface Task {
  readonly id: string
  readonly kind: TaskKind
  readonly subject: string
  /** A code of docs/errors.md's task table, with a sentence in both languages. */
  readonly reason: string
  /** Numbers and ids that a person needs; never a secret. */
  readonly detail: Readonly<Record<string, string | number | null>>
  readonly status: 'open' | 'resolved'
  readonly createdAtMs: Instant
  readonly resolvedAtMs: Instant | null
  readonly resolution: string | null
}

export type TaskKind =
  | 'late_money'
  | 'second_payment'
  | 'wrong_amount'
  | 'wrong_party'
  | 'unknown_order'
  | 'odd_notification'
  | 'prepay_refused'
  | 'job_parked'
  | 'webhook_parked'
  | 'refund_abnormal'
  | 'refund_refused'
  | 'refund_unclear'
  | 'refund_top_up'
  | 'refund_slow'
  | 'refund_approval'
  | 'external_refund'
  | 'bill_late'
  | 'bill_refused'
  | 'promise_broken'
  | 'shipping_refused'
  | 'shipping_overdue'
  | 'message_refused'

export interface TaskReads {
  byId(taskId: string): Promise<Task | null>
  /** The task of this kind and subject, open or not. */
  idOf(kind: TaskKind, subject: string): Promise<string | null>
  /** The transactions whose money, as a task says, was meant for this order. */
  transactionsAbout(orderId: string): Promise<readonly string[]>
  page(
    filter: { status?: 'open' | 'resolved' },
    before: { createdAtMs: Instant; id: string } | null,
    limit: number,
  ): Promise<readonly Task[]>
}

export interface TaskAbout {
  readonly kinds: readonly TaskKind[]
  readonly field: 'refund' | 'transaction_id' | 'order_id' | 'bill' | 'promise'
  readonly value: string
}

export interface TaskWrites {
  /** false, and nothing done, when there is a task of this kind and subject already, open or not. */
  open(task: Task): Promise<boolean>
  /** false when it was resolved before. */
  resolve(taskId: string, resolution: string, at: Instant): Promise<boolean>
  /** Ends the open tasks of these kinds whose detail has this value. */
  resolveAbout(about: TaskAbout, resolution: string, at: Instant): Promise<void>
}
