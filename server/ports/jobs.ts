import type { Instant } from '@minitill/protocol/model'

/** Work that outlives a request. One queue a kind of work; a handler calls one flow. */
export type Queue =
  | 'apply-notification'
  | 'apply-push'
  | 'ask-managed'
  | 'ask-wechat'
  | 'carry-refund'
  | 'check-promises'
  | 'close-order'
  | 'daily-bills'
  | 'deliver-event'
  | 'end-suspense'
  | 'reconcile-day'
  | 'follow-shipment'
  | 'refresh-platform-keys'
  | 'seal-ledger'
  | 'send-message'
  | 'sweep'
  | 'upload-shipment'
  | 'watch-shipping'

/** Work that sends itself again for as long as the shop stands; it is begun at each start. */
export const standingQueues = [
  'ask-managed',
  'refresh-platform-keys',
  'watch-shipping',
  'check-promises',
  'daily-bills',
  'seal-ledger',
  'sweep',
] as const satisfies readonly Queue[]

export type StandingQueue = (typeof standingQueues)[number]

export interface Job {
  readonly queue: Queue
  /** A uuid of the Random port, so that a repeated enqueue is one job. */
  readonly id: string
  readonly data: Readonly<Record<string, string | number>>
  readonly runAt: Instant
  /** Whose answer it waits for: a merchant, an app. Each has a share of its own of the loop. */
  readonly party?: string
}

/** Enqueues in the caller's transaction: the job exists if and only if the change does. */
export interface Jobs {
  enqueue(job: Job): Promise<void>
}

/** A job that one worker holds; `attempt` counts its deliveries from 1. */
export interface Claim {
  readonly id: string
  readonly queue: Queue
  readonly data: Readonly<Record<string, unknown>>
  readonly attempt: number
  readonly party: string | null
}

/** What the loop that calls the flows needs; nobody else sees it. */
export interface JobSource {
  /** What is due, oldest first; nothing of the parties in `without`. */
  claim(queue: Queue, limit: number, without: readonly string[]): Promise<readonly Claim[]>
  finish(claim: Claim): Promise<void>
  /** Ends this job and sends its successor for `runAt`, in one transaction; attempt 1 again. */
  again(claim: Claim, runAt: Instant): Promise<void>
  /** Gives this very job back for `runAt`, because it failed; its next attempt is one higher. */
  retry(claim: Claim, runAt: Instant): Promise<void>
  /** Stops, keeps, shows to a person; standing work comes again at `comesAgain` all the same. */
  park(claim: Claim, reason: string, comesAgain: Instant | null): Promise<void>
  /**
   * Gives back jobs whose worker vanished: their lease is over. `inHand` are the asker's own, which
   * it has not: a clock that jumps, or long work, would end their lease under its hands.
   */
  reap(inHand: readonly Claim[]): Promise<void>
}

/** What a handler says of a job: see JobSource for what becomes of it. */
export type JobResult = 'done' | { readonly again: Instant } | { readonly park: string }

/** Does the work of one queue by calling one flow. Throwing means: try again later. */
export type JobHandler = (data: Claim['data']) => Promise<JobResult>
export type JobHandlers = Readonly<Record<Queue, JobHandler>>
