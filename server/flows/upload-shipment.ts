import { afterMs, type Instant, miniAdvice } from '@minitill/protocol/model'
import type { Payment } from '../domain/payment.ts'
import {
  isThere,
  nextUpload,
  type Shipment,
  type ShipmentFinding,
  shipmentTable,
} from '../domain/shipment.ts'
import type { JobResult, Ports, Tx } from '../ports/index.ts'
import { openTask } from './apply-refund.ts'
import { recordShipping } from './apply-shipping.ts'
import { holdOrder, repeatStale } from './load-order.ts'
import { lookAtShipping } from './look-at-shipping.ts'
import { miniCall } from './mini-call.ts'
import { call, commit } from './phase.ts'

/** "Nothing changed": the very same was uploaded before. */
const nothingChanged = 10060023
/** An earlier one of the order goes first. */
const waitMs = 10_000

type Word =
  | { readonly finding: 'taken' | 'refunded' | 'doubt' }
  | { readonly finding: 'refused'; readonly problem: string }

/**
 * Tells WeChat what was shipped: the frozen words, again and again until it has them, will never
 * take them, or all the money went back. Silence is no answer, and repeating them is none either
 * (10060023). A crash leaves it queued, and its job comes again.
 */
export async function uploadShipment(
  ports: Ports,
  { shipmentId }: { readonly shipmentId: string },
): Promise<JobResult> {
  const at = ports.clock.now()
  const turn = await repeatStale(
    async () =>
      await commit(
        ports,
        'upload-shipment/turn',
        async (tx) => await takeTurn(tx, ports, shipmentId),
      ),
  )
  if ('job' in turn) return turn.job
  const { shipment, payment, refunded } = turn
  const word = refunded
    ? await lookForLost(ports, shipment, payment)
    : await tellWechat(ports, shipment, payment)
  if (word.finding === 'doubt') {
    const again = nextUpload(shipment, at)
    if (again !== null) return { again }
  }
  const unheard: Word = refunded ? { finding: 'refunded' } : gaveUp
  const final = word.finding === 'doubt' ? unheard : word
  await repeatStale(
    async () =>
      await commit(
        ports,
        'upload-shipment/end',
        async (tx) => await end(tx, ports, shipmentId, final, refunded),
      ),
  )
  return 'done'
}

const gaveUp: Word = { finding: 'refused', problem: 'no_answer' }

type Turn =
  | { readonly job: JobResult }
  | { readonly shipment: Shipment; readonly payment: Payment; readonly refunded: boolean }

async function takeTurn(tx: Tx, ports: Ports, shipmentId: string): Promise<Turn> {
  const found = await hold(tx, shipmentId)
  if (found?.shipment.status !== 'queued') return { job: 'done' }
  const { order, payment, shipment, earlier } = found
  const refunded = order.refundedTotalFen === order.totalFen
  if (refunded && shipment.sentCount === 0) {
    await move(tx, shipment, 'refunded', ports.clock.now())
    return { job: 'done' }
  }
  if (earlier.some(({ status }) => status === 'queued')) {
    return { job: { again: afterMs(ports.clock.now(), waitMs) } }
  }
  const sentCount = shipment.sentCount + 1
  return { shipment: await tx.shipments.update(shipment, { sentCount }), payment, refunded }
}

/**
 * All the money went back while it was in doubt whether WeChat had heard. Nothing more is told;
 * what WeChat has of it is asked, so that our record says the same.
 */
async function lookForLost(ports: Ports, shipment: Shipment, payment: Payment): Promise<Word> {
  const seen = await lookAtShipping(ports, shipment.appid, payment)
  if (seen.got !== 'answer') return { finding: 'doubt' }
  return { finding: isThere(shipment, seen.value.order) ? 'taken' : 'refunded' }
}

/** Payment and order locked, the shipment read under their locks. */
async function hold(tx: Tx, shipmentId: string) {
  const known = await tx.shipments.byId(shipmentId)
  const held = known && (await holdOrder(tx, known.orderId))
  const payment = held?.payments.find(({ status }) => status === 'paid')
  if (!held || !payment) return null
  const all = await tx.shipments.ofOrder(held.order.id)
  const shipment = all.find(({ id }) => id === shipmentId)
  if (!shipment) return null
  const earlier = all.filter(({ sequence }) => sequence < shipment.sequence)
  return { order: held.order, payment, shipment, earlier }
}

async function tellWechat(ports: Ports, shipment: Shipment, payment: Payment): Promise<Word> {
  const { appid, requestBody } = shipment
  const ask = (token: string) =>
    call(ports, 'upload-shipment/upload', () => ports.wechatMini.uploadShipping(token, requestBody))
  const answer = await miniCall(ports, { appid, api: 'shipping', ask })
  ports.meter.count('wechat_call_total', { api: 'upload_shipping_info', got: answer.got })
  if (answer.got === 'answer') return { finding: 'taken' }
  if (answer.got === 'silence' || answer.about === 'token') return { finding: 'doubt' }
  const { errcode } = answer
  if (errcode === nothingChanged) return { finding: 'taken' }
  const { reaction } = miniAdvice('shipping', errcode)
  if (reaction === 'retry') return { finding: 'doubt' }
  if (reaction !== 'ask') return { finding: 'refused', problem: String(errcode) }
  const seen = await lookAtShipping(ports, appid, payment)
  if (seen.got !== 'answer') return { finding: 'doubt' }
  if (isThere(shipment, seen.value.order)) return { finding: 'taken' }
  return { finding: 'refused', problem: String(errcode) }
}

async function end(
  tx: Tx,
  ports: Ports,
  shipmentId: string,
  word: Word,
  refunded: boolean,
): Promise<void> {
  const found = await hold(tx, shipmentId)
  if (found?.shipment.status !== 'queued' || word.finding === 'doubt') return
  const at = ports.clock.now()
  const problem = word.finding === 'refused' ? word.problem : null
  const shipment = await move(tx, found.shipment, word.finding, at, problem)
  const { order, payment } = found
  ports.meter.count('shipment_total', { status: shipment.status })
  // The order ended with its refund: nobody is told that it was shipped.
  if (refunded) return
  if (shipment.status === 'uploaded') {
    await recordShipping(tx, ports, { order, payment, shipment }, at)
    return
  }
  const task = {
    kind: 'shipping_refused',
    subject: `shipment:${shipment.id}`,
    reason: 'shipping_refused',
    detail: {
      order_id: order.id,
      shipment: shipment.id,
      out_trade_no: payment.outTradeNo,
      transaction_id: payment.transactionId,
      code: problem,
    },
  } as const
  await openTask(tx, ports, task, at)
}

async function move(
  tx: Tx,
  shipment: Shipment,
  finding: ShipmentFinding,
  at: Instant,
  problem: string | null = null,
): Promise<Shipment> {
  const { to } = shipmentTable[shipment.status][finding]
  if (to === undefined) return shipment
  const uploaded = to === 'uploaded' ? { uploadedAtMs: at } : {}
  return await tx.shipments.update(shipment, { status: to, problem, ...uploaded })
}
