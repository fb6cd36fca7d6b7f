import type { Instant, TransactionId } from '@minitill/protocol/model'
import type { Known, Outcome, Parking } from './decide-payment.ts'
import type { EntryDraft } from './ledger.ts'
import type { OrderItem, ShippingStatus } from './order.ts'

/** An event before it has an id. The version is the subject's after the change. */
export interface EventDraft {
  readonly type: 'order.paid' | 'order.closed' | 'payment.parked'
  readonly subject: string
  readonly version: number
  readonly payload: Readonly<Record<string, unknown>>
}

/** Everything that one outcome changes, to be written in one transaction or not at all. */
export interface Settlement {
  readonly payment:
    | { readonly status: 'paid'; readonly transactionId: TransactionId; readonly paidAtMs: Instant }
    | { readonly status: 'closed'; readonly closedAtMs: Instant }
    | null
  readonly order:
    | {
        readonly status: 'paid'
        readonly paidAtMs: Instant
        readonly stockHeld: false
        /** Whether it has to be shipped now; whoever writes the settlement knows. */
        readonly shippingStatus?: ShippingStatus
      }
    | { readonly status: 'closed'; readonly stockHeld: false; closeReason: 'cancelled' | 'expired' }
    | null
  /** What goes back to the shelf: the held stock of an order that ends unpaid. */
  readonly giveBack: readonly OrderItem[]
  readonly entry: EntryDraft | null
  readonly parking: Parking | null
  readonly event: EventDraft | null
}

const nothing: Settlement = {
  payment: null,
  order: null,
  giveBack: [],
  entry: null,
  parking: null,
  event: null,
}

/** Spells an outcome out as changes. Pure, like the decision before it. */
export function settle(known: Known, outcome: Outcome, at: Instant): Settlement {
  switch (outcome.kind) {
    case 'nothing':
    case 'close_again':
      return nothing
    case 'parked':
      return parkedOnes(outcome.parking)
    case 'paid': {
      const { transactionId, paidAtMs, entry } = outcome
      return {
        ...nothing,
        payment: { status: 'paid', transactionId, paidAtMs },
        // What was held is sold now: it neither goes back nor is it held any more.
        order: { status: 'paid', paidAtMs, stockHeld: false },
        entry,
        event: orderEvent(known, 'order.paid', {
          payment_id: known.payment.id,
          transaction_id: transactionId,
          paid_at_ms: paidAtMs,
        }),
      }
    }
    case 'closed':
      return {
        ...nothing,
        payment: { status: 'closed', closedAtMs: at },
        ...(outcome.orderToo ? closedOrder(known) : {}),
      }
  }
}

/** The end of an order that nobody paid; also for one whose payments are all closed already. */
export function closedOrder(
  known: Pick<Known, 'order'>,
): Pick<Settlement, 'order' | 'giveBack' | 'event'> {
  const closeReason = known.order.closeReason ?? 'expired'
  return {
    order: { status: 'closed', stockHeld: false, closeReason },
    giveBack: known.order.stockHeld ? known.order.items : [],
    event: orderEvent(known, 'order.closed', { close_reason: closeReason }),
  }
}

function orderEvent(
  { order }: Pick<Known, 'order'>,
  type: 'order.paid' | 'order.closed',
  more: Readonly<Record<string, unknown>>,
): EventDraft {
  const version = order.version + 1
  const { id, totalFen: total, currency, reference } = order
  const status = type === 'order.paid' ? 'paid' : 'closed'
  const own = reference === null ? {} : { reference }
  return {
    type,
    subject: `order:${id}`,
    version,
    payload: { id, status, total, currency, ...own, ...more },
  }
}

/** A parking changes no order, so that its event is about itself and there is one for all copies. */
export function parkedOnes(parking: Parking): Settlement {
  const { kind, subject, detail, entry } = parking
  return {
    ...nothing,
    parking,
    entry,
    event: {
      type: 'payment.parked',
      subject: `${kind}:${subject}`,
      version: 1,
      payload: { kind, subject, ...detail },
    },
  }
}
