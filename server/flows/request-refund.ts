import type { Fen } from '@minitill/protocol/model'
import type { RefundFault } from '../domain/freeze-refund.ts'
import type { Refund } from '../domain/refund.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { KeyBusy } from '../ports/key-busy.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { openRefund, receiptOfSale } from './open-refund.ts'
import { commit } from './phase.ts'

export interface RequestRefund {
  readonly orderId: string
  readonly amountFen: Fen
  readonly reason: string
  readonly restock: boolean
  /** The operator who asks. */
  readonly requestedBy: string
  readonly key: string
  /** Hash of the canonical JSON of the request. */
  readonly requestHash: string
  /** The answer's body, which is kept with the key. */
  readonly present: (refund: Refund) => string
}

export type RequestedRefund =
  | { readonly kind: 'accepted'; readonly body: string; readonly replayed: boolean }
  | {
      readonly kind: 'refused'
      readonly why: RefundFault
      readonly remainderFen: number
      readonly replayed: boolean
    }
  | { readonly kind: 'not_found' | 'not_paid' | 'key_reused' | 'key_busy' }

/** A twin waits for the first one so long. */
const twinWaitMs = 5_000
/** Keys of the business API are one space of their own. */
const scope = 'admin'

/**
 * Takes the wish to pay money back: checks the ceiling under the lock of the payment, freezes the
 * refund with the request that WeChat will get, and lets a job carry it, or a second person agree
 * first. Everything is one
 * transaction, the idempotency key included. WeChat is not asked here: accepted is not done. A
 * crash leaves nothing, or a refund whose job goes on.
 */
export async function requestRefund(ports: Ports, input: RequestRefund): Promise<RequestedRefund> {
  try {
    return await repeatStale(
      async () =>
        await commit(ports, 'request-refund/refund', async (tx) => await request(tx, ports, input)),
    )
  } catch (error) {
    if (error instanceof KeyBusy) return { kind: 'key_busy' }
    if (error instanceof NotNow) return { kind: error.why }
    throw error
  }
}

/** Rolls back, so that the same key may be used once the order is there and paid. */
class NotNow extends Error {
  readonly why: 'not_found' | 'not_paid'
  constructor(why: 'not_found' | 'not_paid') {
    super(why)
    this.why = why
  }
}

async function request(tx: Tx, ports: Ports, input: RequestRefund): Promise<RequestedRefund> {
  const { key, requestHash } = input
  const at = ports.clock.now()
  const first = await tx.idempotency.claim({ scope, key, requestHash, at, waitMs: twinWaitMs })
  if (first) {
    if (first.requestHash !== requestHash) return { kind: 'key_reused' }
    if (first.status === 202) return { kind: 'accepted', body: first.body, replayed: true }
    return { ...(JSON.parse(first.body) as Refused), kind: 'refused', replayed: true }
  }
  const held = await holdOrder(tx, input.orderId)
  if (!held) throw new NotNow('not_found')
  const paid = held.payments.find((payment) => payment.status === 'paid')
  if (held.order.status !== 'paid' || !paid) throw new NotNow('not_paid')
  const receipt = await receiptOfSale(tx, ports, paid, at)
  if (!receipt) throw new NotNow('not_paid')
  const { amountFen, reason, restock, requestedBy } = input
  const asked = { amountFen, reason, restock, requestedBy }
  const opened = await openRefund(tx, ports, receipt, asked, at)
  if (opened.kind === 'refused') {
    const { why, remainderFen } = opened
    await tx.idempotency.keep(scope, key, 409, JSON.stringify({ why, remainderFen }))
    return { kind: 'refused', why, remainderFen, replayed: false }
  }
  const body = input.present(opened.refund)
  await tx.idempotency.keep(scope, key, 202, body)
  return { kind: 'accepted', body, replayed: false }
}

type Refused = Pick<Extract<RequestedRefund, { kind: 'refused' }>, 'why' | 'remainderFen'>
