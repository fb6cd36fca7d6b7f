// What the tables keep of one order, its payments and its refunds, as values: each decision makes
// new books. Entries, tasks and events are kept once by their keys, as the database keeps them.
import { decidePayment, type Evidence } from '../decide-payment.ts'
import { decideRefund, type RefundEvidence } from '../decide-refund.ts'
import type { Order } from '../order.ts'
import type { Payment } from '../payment.ts'
import type { Receipt, Refund } from '../refund.ts'
import { settle } from '../settle.ts'
import { settleRefund } from '../settle-refund.ts'

export interface Books {
  readonly order: Order
  readonly payments: readonly Payment[]
  readonly receipt: Receipt | null
  readonly refunds: readonly Refund[]
  readonly entries: Readonly<Record<string, readonly { account: string; amountFen: number }[]>>
  /** Open and ended ones, by kind and subject. */
  readonly tasks: Readonly<Record<string, 'open' | 'ended'>>
  readonly events: Readonly<Record<string, unknown>>
  readonly givenBack: number
}

export const empty = { entries: {}, tasks: {}, events: {}, givenBack: 0 } as const

/** A statement about a payment, or about one of the refunds. */
export type Piece =
  | { readonly about: 'payment'; readonly no: string; readonly evidence: Evidence }
  | { readonly about: 'refund'; readonly no: string; readonly evidence: RefundEvidence }

type At = Payment['createdAtMs']

/** The books after a piece of evidence. */
export function after(books: Books, piece: Piece, at: At): Books {
  return piece.about === 'payment'
    ? afterPayment(books, piece.no, piece.evidence, at)
    : afterRefund(books, piece.no, piece.evidence, at)
}

const once = <T>(kept: Readonly<Record<string, T>>, key: string, value: T) =>
  Object.hasOwn(kept, key) ? kept : { ...kept, [key]: value }

function afterPayment(books: Books, no: string, evidence: Evidence, at: At): Books {
  const payment = books.payments.find(({ outTradeNo }) => outTradeNo === no)
  if (payment === undefined) throw new Error('no such payment')
  const known = { order: books.order, payment, orderPayments: books.payments }
  const change = settle(known, decidePayment(known, evidence, at), at)
  const { entry, parking, event } = change
  const paid = change.payment && { ...payment, ...change.payment, version: payment.version + 1 }
  return {
    ...books,
    payments: books.payments.map((one) => (one === payment && paid ? paid : one)),
    order: change.order
      ? { ...books.order, ...change.order, version: books.order.version + 1 }
      : books.order,
    entries: entry
      ? once(books.entries, `${entry.subject}/${entry.transition}`, entry.postings)
      : books.entries,
    tasks: parking ? once(books.tasks, `${parking.kind}/${parking.subject}`, 'open') : books.tasks,
    events: event ? once(books.events, `${event.subject}/${event.version}`, event) : books.events,
    givenBack: books.givenBack + pieces(change.giveBack),
  }
}

const pieces = (items: readonly { readonly quantity: number }[]): number =>
  items.reduce((sum, { quantity }) => sum + quantity, 0)

const ended = /^refund_(abnormal|refused)\//

function afterRefund(books: Books, no: string, evidence: RefundEvidence, at: At): Books {
  const refund = books.refunds.find(({ outRefundNo }) => outRefundNo === no)
  if (refund === undefined || books.receipt === null) throw new Error('no such refund')
  const known = { refund, receipt: books.receipt, order: books.order }
  const change = settleRefund(known, decideRefund(known, evidence, at), at)
  const { entry, parking, event, endsTasks, refundedTotalFen } = change
  const moved = change.refund && { ...refund, ...change.refund, version: refund.version + 1 }
  const isOver = (key: string) => endsTasks !== null && ended.test(key) && key.includes(refund.id)
  const tasks = Object.fromEntries(
    Object.entries(books.tasks).map(([key, was]) => [key, isOver(key) ? 'ended' : was]),
  ) as Books['tasks']
  return {
    ...books,
    refunds: books.refunds.map((one) => (one === refund && moved ? moved : one)),
    order:
      refundedTotalFen === null
        ? books.order
        : { ...books.order, refundedTotalFen, version: books.order.version + 1 },
    entries: entry
      ? once(books.entries, `${entry.subject}/${entry.transition}`, entry.postings)
      : books.entries,
    tasks: parking ? once(tasks, `${parking.kind}/${parking.subject}`, 'open') : tasks,
    events: event ? once(books.events, `refund:${refund.id}/${event}`, event) : books.events,
    givenBack: books.givenBack + pieces(change.giveBack),
  }
}

const sorted = <T>(kept: Readonly<Record<string, T>>) =>
  Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1))

/** Everything in the books that a later decision looks at. */
export function stateOf(books: Books): string {
  const { entries, tasks, events, ...rows } = books
  return JSON.stringify([rows, sorted(entries), sorted(tasks), sorted(events)])
}

/** What WeChat says on a refund's way is told in an event only when it comes before the end. */
function isOnTheWay(books: Books, event: string): boolean {
  const over = books.refunds.filter(({ status }) => status === 'succeeded' || status === 'closed')
  return over.some(({ id }) => event === `refund:${id}/refund.abnormal`)
}

/**
 * Rows, balances, tasks and events as they must end whatever the order. Left out: how often a row
 * was changed, when a refund was first known to be accepted, and what was only on its way (a refund
 * that was abnormal before it succeeded: its task is ended or was never opened).
 */
export function endOf(books: Books): string {
  const balances: Record<string, number> = {}
  for (const { account, amountFen } of Object.values(books.entries).flat()) {
    balances[account] = (balances[account] ?? 0) + amountFen
  }
  const { version: _, ...order } = books.order
  const refunds = books.refunds.map(({ version: _1, acceptedAtMs: _2, refundId, ...refund }) => ({
    ...refund,
    refundId: refund.status === 'succeeded' || refund.status === 'closed' ? refundId : null,
  }))
  return JSON.stringify({
    order,
    payments: books.payments.map(({ version: _3, ...payment }) => payment),
    refunds,
    balances: sorted(balances),
    entries: sorted(books.entries),
    tasks: sorted(books.tasks).filter(([, status]) => status === 'open'),
    events: sorted(books.events).filter(([key]) => !isOnTheWay(books, key)),
    givenBack: books.givenBack,
  })
}
