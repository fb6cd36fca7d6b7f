import { afterMs, type Instant, payAdvice } from '@minitill/protocol/model'
import { isOver } from '../domain/decide-payment.ts'
import type { Payment } from '../domain/payment.ts'
import { nextClose } from '../domain/rhythm.ts'
import { closedOrder, settle } from '../domain/settle.ts'
import type { CloseAnswer, JobResult, Ports, Tx } from '../ports/index.ts'
import { applyEvidence, write } from './apply-evidence.ts'
import { askAbout } from './ask-wechat.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { call, commit } from './phase.ts'

/** doubt: WeChat has not confirmed; the order stays unpaid, and a job tries again. */
export type CloseResult = 'closed' | 'paid' | 'doubt' | 'not_yet' | 'not_found'

type Begun =
  | { readonly kind: Exclude<CloseResult, 'doubt'> }
  | { readonly kind: 'ask'; readonly payment: Payment }

/** Close, told that it is still open, close again; more is for the job. */
const mostCloses = 3

/** If the process ends in the middle of a cancel, this job carries on. */
const safetyMs = 10_000

/**
 * Ends an unpaid order: first at WeChat, then here, so that nobody can pay for what was given back.
 * The intent is stored before the call (`closing`, with its reason), and only a verified answer
 * ends it. A crash in between leaves an order that is closing and unpaid; its job carries on.
 */
export async function closeOrder(
  ports: Ports,
  { orderId, reason }: { readonly orderId: string; readonly reason: 'cancelled' | 'expired' },
): Promise<CloseResult> {
  const begun = await repeatStale(
    async () =>
      await commit(
        ports,
        'close-order/closing',
        async (tx) => await begin(tx, ports, orderId, reason, ports.clock.now()),
      ),
  )
  if (begun.kind !== 'ask') return begun.kind
  for (let round = 0; round < mostCloses; round += 1) {
    const result = await closeOnce(ports, begun.payment)
    if (result !== 'again') return result
  }
  return 'doubt'
}

async function begin(
  tx: Tx,
  ports: Ports,
  orderId: string,
  reason: 'cancelled' | 'expired',
  at: Instant,
): Promise<Begun> {
  const held = await holdOrder(tx, orderId)
  if (!held) return { kind: 'not_found' }
  const { order, payment } = held
  if (order.status !== 'unpaid') return { kind: order.status }
  if (reason === 'expired' && !isOver(order, at)) return { kind: 'not_yet' }
  const ending = { ...order, closeReason: order.closeReason ?? reason }
  const known = { order: ending, payment, orderPayments: held.payments }
  // WeChat never saw this number: it is provably ours alone to close.
  if (payment.prepayAskedAtMs === null || payment.status === 'closed') {
    const settlement = settle(known, { kind: 'closed', orderToo: true }, at)
    const only =
      payment.status === 'closed'
        ? { ...settlement, ...closedOrder(known), payment: null }
        : settlement
    await write(tx, ports, { order, payment }, only, at)
    return { kind: 'closed' }
  }
  if (order.closeReason === null) await tx.orders.update(order, { closeReason: reason })
  if (payment.status === 'closing') return { kind: 'ask', payment }
  const closing = await tx.payments.update(payment, { status: 'closing' })
  const data = { order_id: orderId }
  const runAt = afterMs(at, safetyMs)
  const job = { queue: 'close-order', id: ports.random.uuid(), runAt, party: order.mchid } as const
  await tx.jobs.enqueue({ ...job, data })
  return { kind: 'ask', payment: closing }
}

async function closeOnce(ports: Ports, payment: Payment): Promise<CloseResult | 'again'> {
  const answer = await closeAtWechat(ports, payment)
  if (answer?.kind === 'closed') {
    const applied = await commit(
      ports,
      'close-order/closed',
      async (tx) =>
        await applyEvidence(tx, ports, payment.id, { kind: 'close' }, ports.clock.now()),
    )
    return applied && applied.order.status !== 'unpaid' ? applied.order.status : 'doubt'
  }
  const saysMissing = answer !== null && isMissing(answer)
  if (saysMissing && answer.authentic) return await makeItExist(ports, payment)
  // "Already paid", "closed", silence: whatever it was, WeChat is asked how it is.
  const asked = await askAbout(ports, payment, 0)
  // Nobody signed that there is none, and nobody tells how it is. The same request harms nothing.
  if (asked.kind !== 'told') return saysMissing ? await makeItExist(ports, payment) : 'doubt'
  if (asked.order.status !== 'unpaid') return asked.order.status
  return asked.outcome.kind === 'close_again' ? 'again' : 'doubt'
}

/** Closes the number at WeChat; null for silence. Also used before a new number is taken. */
export async function closeAtWechat(ports: Ports, payment: Payment): Promise<CloseAnswer | null> {
  const { mchid, outTradeNo } = payment
  const answer = await call(
    ports,
    'close-order/close',
    async () => await ports.wechatPay.close(mchid, outTradeNo),
  )
  ports.meter.count('wechat_call_total', { api: 'close', got: answer.got })
  return answer.got === 'answer' ? answer.value : null
}

function isMissing(refusal: Extract<CloseAnswer, { kind: 'refused' }>): boolean {
  const { code, message, httpStatus: status } = refusal
  return payAdvice({ api: 'close', code, message, status }).meaning === 'missing'
}

/**
 * "No such order" is no proof: a prepay whose answer was lost may still arrive. Sending the very
 * same request once more makes the order exist, and then it can be closed.
 */
async function makeItExist(ports: Ports, payment: Payment): Promise<'again' | 'doubt'> {
  const { mchid, outTradeNo, requestBody: body } = payment
  const answer = await call(
    ports,
    'start-payment/prepay',
    async () => await ports.wechatPay.prepay({ mchid, outTradeNo, body }),
  )
  if (answer.got === 'silence') return 'doubt'
  return answer.value.kind === 'prepaid' || answer.value.authentic ? 'again' : 'doubt'
}

/** The job of an order's expiry, and of a cancel that was not finished. */
export async function closeInTime(
  ports: Ports,
  { orderId }: { readonly orderId: string },
): Promise<JobResult> {
  const at = ports.clock.now()
  const result = await closeOrder(ports, { orderId, reason: 'expired' })
  const order = await ports.store.read.orders.byId(orderId)
  if (order === null || result === 'closed' || result === 'paid') return 'done'
  if (result === 'not_yet') return { again: order.expiresAtMs }
  const again = nextClose(order.expiresAtMs, at)
  return again === null ? { park: 'close_unconfirmed' } : { again }
}
