import { fen, type Instant, isPaid, type Transaction } from '@minitill/protocol/model'
import { type EntryDraft, movement, suspense } from './ledger.ts'
import type { Order } from './order.ts'
import { isOpen, type Payment } from './payment.ts'
import { type Finding, type ParkKind, paymentTable } from './payment-table.ts'

/**
 * An authentic statement of WeChat's about one payment: verified, opened and parsed already.
 * `close` is a verified 204 to our own close.
 */
export type Evidence =
  | { readonly kind: 'notification'; readonly transaction: Transaction }
  | { readonly kind: 'query'; readonly transaction: Transaction }
  | { readonly kind: 'bill'; readonly transaction: Transaction }
  | { readonly kind: 'close' }

/** What is known here, read under the lock of the payment. */
export interface Known {
  readonly order: Order
  readonly payment: Payment
  /** Every payment of the order, `payment` included. */
  readonly orderPayments: readonly Payment[]
}

/** A task and its event before they have ids. The key makes one parking of many copies. */
export interface Parking {
  readonly kind: ParkKind
  /** What the task and the event are about; the same for every copy of the same evidence. */
  readonly subject: string
  readonly reason: string
  readonly detail: Readonly<Record<string, string | number | null>>
  /** null when no money is involved, or money that a ledger of CNY cannot hold. */
  readonly entry: EntryDraft | null
}

export type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'close_again' }
  | { readonly kind: 'parked'; readonly parking: Parking }
  | {
      readonly kind: 'paid'
      readonly transactionId: NonNullable<Transaction['transaction_id']>
      readonly paidAtMs: Instant
      readonly entry: EntryDraft
    }
  /** `orderToo`: nobody wants to pay any more, so that the order ends and its stock goes back. */
  | { readonly kind: 'closed'; readonly orderToo: boolean }

/**
 * The one door for everything that can pay an order. Pure, and confluent: copies of the same
 * evidence, in any order, end in the same rows, balances and events.
 */
export function decidePayment(known: Known, evidence: Evidence, at: Instant): Outcome {
  const finding = findingOf(known, evidence)
  const step = paymentTable[known.payment.status][finding]
  if (step.closeAgain) return { kind: 'close_again' }
  if (step.park !== undefined) return parked(known, evidence, step.park, at)
  if (step.to === 'paid') return paid(known, evidence, at)
  if (step.to === 'closed') return { kind: 'closed', orderToo: isOver(known.order, at) }
  return { kind: 'nothing' }
}

/** Whether paying is no longer offered: somebody cancelled, or the time is up. */
export function isOver(order: Order, at: Instant): boolean {
  return order.closeReason !== null || at >= order.expiresAtMs
}

/** Compares a statement with what we asked for. The order of the questions is by harm. */
export function findingOf(known: Known, evidence: Evidence): Finding {
  if (evidence.kind === 'close') return 'closed'
  const { transaction } = evidence
  const { payment } = known
  if (transaction.out_trade_no !== payment.outTradeNo) {
    throw new TypeError('evidence about another payment was brought to this one')
  }
  if (!isPaid(transaction)) return withoutMoney(evidence.kind, transaction)
  const payer = transaction.payer?.openid
  const sameParty =
    transaction.appid === payment.appid &&
    transaction.mchid === payment.mchid &&
    (payer === undefined || payer === payment.openid)
  if (!sameParty) return 'wrong_party'
  const sameAmount =
    transaction.amount.total === payment.amountFen &&
    transaction.amount.currency === payment.currency
  if (!sameAmount) return 'wrong_amount'
  return isSecond(known, transaction.transaction_id) ? 'second' : 'paid'
}

function withoutMoney(kind: Exclude<Evidence['kind'], 'close'>, transaction: Transaction): Finding {
  // Only success is ever notified or billed: anything else there is for a person to look at.
  if (kind !== 'query') return 'odd'
  if (transaction.trade_state === 'CLOSED') return 'closed'
  return transaction.trade_state === 'NOTPAY' ? 'unpaid' : 'unclear'
}

function isSecond({ order, payment, orderPayments }: Known, transactionId: string): boolean {
  if (payment.status === 'paid') return payment.transactionId !== transactionId
  const paidByOther = orderPayments.some((p) => p.id !== payment.id && p.status === 'paid')
  return isOpen(payment) && (order.status !== 'unpaid' || paidByOther)
}

function paid({ payment }: Known, evidence: Evidence, at: Instant): Outcome {
  if (evidence.kind === 'close' || !isPaid(evidence.transaction)) return { kind: 'nothing' }
  const { transaction } = evidence
  const paidAtMs = transaction.success_time ?? at
  return {
    kind: 'paid',
    transactionId: transaction.transaction_id,
    paidAtMs,
    entry: {
      subject: `payment:${payment.id}`,
      transition: 'paid',
      mchid: payment.mchid,
      happenedAtMs: paidAtMs,
      postings: movement('wechat_receivable', 'sales', payment.amountFen),
    },
  }
}

function parked(
  { order, payment }: Known,
  evidence: Evidence,
  kind: ParkKind,
  at: Instant,
): Outcome {
  if (evidence.kind === 'close') return { kind: 'nothing' }
  const { transaction } = evidence
  const money = isPaid(transaction) ? transaction : null
  const inOurCurrency = money?.amount.currency === 'CNY'
  const total = money?.amount.total ?? fen(0)
  // A statement without money has no transaction to hang on, only the payment that it names.
  const about = money === null ? `payment:${payment.id}` : `transaction:${money.transaction_id}`
  const entry =
    money && inOurCurrency
      ? suspense({
          transactionId: money.transaction_id,
          mchid: payment.mchid,
          why: kind,
          amountFen: total,
          happenedAtMs: money.success_time ?? at,
        })
      : null
  return {
    kind: 'parked',
    parking: {
      kind,
      subject: money === null ? about : `${about}:${money.amount.currency}:${total}`,
      reason: kind,
      detail: {
        order_id: order.id,
        payment_id: payment.id,
        out_trade_no: payment.outTradeNo,
        transaction_id: money?.transaction_id ?? null,
        trade_state: textOf(transaction.trade_state),
        expected_fen: payment.amountFen,
        received: money?.amount.total ?? null,
        currency: money?.amount.currency ?? null,
      },
      entry,
    },
  }
}

function textOf(state: Transaction['trade_state']): string {
  return typeof state === 'string' ? state : `unknown: ${state.unknown}`
}
