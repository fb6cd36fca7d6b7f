// The promises of docs/invariants.md, as programs: what a step touched is looked at after it, all of
// it now and then and at the end. They use the database only while nobody has a transaction open.
import { createHash } from 'node:crypto'
import { standingQueues } from '../../../server/ports/jobs.ts'
import type { Change } from '../engine/gate.ts'
import type { MerchantApp } from '../world/merchant-app.ts'
import type { Town } from '../world/person.ts'
import type { SentNotice } from '../world/wechat.ts'
import { AppliedMessages } from './applied.ts'
import { checkBills } from './bills.ts'
import { checkBooks, checkMoney } from './books.ts'
import { checkOrder, type Shadow } from './order.ts'
import { allOrders, OrderReader } from './rows.ts'
import { refundsBehind, unsettled } from './settled.ts'
import { checkShipping } from './shipping.ts'

/** The server checks its promises itself, on the same data. */
const promiseSql = "SELECT detail FROM task WHERE kind = 'promise_broken' LIMIT 1"
/**
 * Standing work whose workers died a dozen times in a row is a task, and comes again in an hour: it
 * is given up only if it was not done since.
 */
const givenUpSql = `
  SELECT detail FROM task t WHERE kind = 'job_parked' AND (
    detail->>'once' IS NOT NULL
    OR detail->>'queue' NOT IN (${standingQueues.map((queue) => `'${queue}'`).join()})
    OR NOT EXISTS (SELECT FROM pgboss.job_common j
      WHERE j.name = t.detail->>'queue' AND j.state = 'completed'
        AND j.completed_on > to_timestamp(t.created_at_ms / 1000.0) + interval '1 minute'))`
const everySteps = 1_000

/** What a lie of the menu is shown as. */
const lieTasks: Readonly<Record<string, readonly string[]>> = {
  wrong_amount: ['wrong_amount', 'refund_unclear'],
  wrong_app: ['wrong_party', 'refund_unclear'],
  wrong_merchant: ['wrong_party', 'refund_unclear'],
}

/** A refund's message names no app: a wrong one changes nothing in it (wechat-pay §7). */
function isLie({ fault, message }: SentNotice): boolean {
  if (fault !== 'wrong_app') return true
  const { event_type } = JSON.parse(Buffer.from(message.body).toString('utf8')) as Told
  return event_type.startsWith('TRANSACTION')
}

interface Told {
  readonly id: string
  readonly event_type: string
}

export class Checks {
  readonly #town: Town
  readonly #app: MerchantApp
  readonly #shadows = new Map<string, Shadow>()
  readonly #reader: OrderReader
  readonly #applied = new AppliedMessages()
  #acknowledged: SentNotice[] = []
  /** Digests of their contents. */
  #acknowledgedPushes: string[] = []
  readonly #lies = new Set<string>()
  #booksAtStep = 0

  constructor(town: Town, app: MerchantApp) {
    this.#town = town
    this.#app = app
    this.#reader = new OrderReader(town.run.postgres)
  }

  /** A committed transaction: ids that its statements were given tell what they changed. */
  touched(changes: readonly Change[]): void {
    this.#reader.committed(changes)
  }

  /** The server is about to answer 200 to this. */
  acknowledged(notice: SentNotice): void {
    const { wechat, run } = this.#town
    // A clock that is wrong by minutes takes an old message for a fresh one.
    const isClockWrong = ['clock:skew', 'clock:jump_back'].some((kind) => run.plan.armed.has(kind))
    const byTime = notice.fault?.startsWith('timestamp') && isClockWrong
    if (wechat.isForged(notice) && !byTime) {
      run.violation('I-18', `a notification with ${notice.fault} was answered 200`)
    }
    if (notice.push !== null) {
      this.#acknowledgedPush(notice.push)
      return
    }
    this.#acknowledged.push(notice)
    // I-15: what WeChat told is not so, and it was taken: somebody must be shown it.
    const { fault } = notice
    if (fault !== null && fault in lieTasks && isLie(notice)) this.#lies.add(fault)
  }

  /** I-17 for a pushed message; those that lead to nothing need not be kept. */
  #acknowledgedPush({ event, content }: NonNullable<SentNotice['push']>): void {
    if (event !== 'trade_manage_order_settlement') return
    this.#acknowledgedPushes.push(createHash('sha256').update(content).digest('hex'))
  }

  afterStep(): void {
    const { run } = this.#town
    if (!run.turnstile.free) return
    this.#checkAcknowledged()
    for (const orderId of this.#reader.takeTouched()) this.#checkOne(orderId)
    if (run.scheduler.steps - this.#booksAtStep >= everySteps) {
      this.#booksAtStep = run.scheduler.steps
      this.#checkBooks()
    }
  }

  /** What is not settled yet; null when all is. */
  unsettled(): string | null {
    return this.#town.run.turnstile.free ? unsettled(this.#town) : 'a transaction is open'
  }

  /** All that must be true at any time, read anew. */
  everything(): void {
    this.#checkAcknowledged()
    this.#reader.forget()
    for (const orderId of allOrders(this.#town.run.postgres)) this.#checkOne(orderId)
    this.#checkBooks()
  }

  /** During the liveness phase: what nobody need wait for any more. */
  inCalm(calmSinceMs: number): void {
    const { run } = this.#town
    const behind = run.turnstile.free ? refundsBehind(this.#town, calmSinceMs) : null
    if (behind !== null) run.violation('I-13', `nobody asked: refund ${behind}`)
  }

  /** The end of the liveness phase. */
  atEnd(): void {
    const { run } = this.#town
    const left = this.unsettled()
    if (left !== null) run.violation('I-13', `faults are long over, and there are ${left}`)
    this.everything()
    checkMoney(this.#town)
    checkBills(this.#town)
    checkShipping(this.#town)
    this.#checkDelivered()
    this.#checkLies()
    const [told] = run.postgres.query(promiseSql).rows
    if (told) run.violation('promise', `the server's own check: ${JSON.stringify(told['detail'])}`)
    const [parked] = run.postgres.query(givenUpSql).rows
    if (parked) run.violation('I-38', `a job was given up: ${JSON.stringify(parked['detail'])}`)
  }

  #checkBooks(): void {
    checkBooks(this.#town)
    this.#applied.check(this.#town)
  }

  #checkOne(orderId: string): void {
    const rows = this.#reader.read(orderId)
    if (rows === null) return
    this.#shadows.set(orderId, checkOrder(this.#town, rows, this.#shadows.get(orderId)))
  }

  /** I-17: a 2xx means that the message is stored. */
  #checkAcknowledged(): void {
    const { run } = this.#town
    for (const { message } of this.#acknowledged.splice(0)) {
      const { id } = JSON.parse(Buffer.from(message.body).toString('utf8')) as Told
      const sql = 'SELECT id FROM inbox WHERE notification_id = $1'
      if (run.postgres.query(sql, [id]).rows.length === 0) {
        run.violation('I-17', `${id} was answered 200 and is not stored`)
      }
    }
    for (const digest of this.#acknowledgedPushes.splice(0)) {
      const sql = 'SELECT id FROM push_message WHERE digest = $1'
      if (run.postgres.query(sql, [digest]).rows.length === 0) {
        run.violation('I-17', `a pushed message was answered 200 and is not stored: ${digest}`)
      }
    }
  }

  #checkLies(): void {
    const { run } = this.#town
    for (const lie of this.#lies) {
      const sql = 'SELECT id FROM task WHERE kind = ANY($1) LIMIT 1'
      if (run.postgres.query(sql, [lieTasks[lie]]).rows.length === 0) {
        run.violation('I-15', `nobody was shown a notification with ${lie}`)
      }
    }
  }

  /** I-30: every event reached the merchant's app, unless somebody was shown that it did not. */
  #checkDelivered(): void {
    const { run } = this.#town
    const sql = `SELECT d.event_id AS id FROM webhook_delivery d WHERE status = 'delivered' ORDER BY 1`
    for (const { id } of run.postgres.query(sql).rows) {
      if (!this.#app.received.has(String(id))) {
        run.violation('I-30', `event ${String(id)} counts as delivered and never came`)
      }
    }
  }
}
