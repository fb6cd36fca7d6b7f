import { beijingDate, type Instant, type PayAdvice } from '@minitill/protocol/model'
import type { Refund } from '../domain/refund.ts'
import { nextRefundSend, sendGapMs } from '../domain/refund-rhythm.ts'
import type { JobResult, Ports, Refusal, Tx } from '../ports/index.ts'
import { applyRefundEvidence, holdRefund, openTask } from './apply-refund.ts'
import { askRefund, refundAdvice } from './ask-refund.ts'
import { askAbout } from './ask-wechat.ts'
import { call, commit } from './phase.ts'

/** How the sending ended: the refund as it is, or what becomes of the job. */
export type Sent = { readonly refund: Refund } | { readonly job: JobResult }

/** A rule of WeChat's is believed when it was heard so often while the number stayed unknown. */
const believedRefusals = 3

/**
 * Sends the frozen request of a refund, or finds out that it was accepted already: after any doubt
 * WeChat is asked first, because an error may hide an accepted refund. Requests of one order are a
 * minute apart, counted before they leave. A crash leaves a frozen refund that was perhaps sent;
 * its job asks, then sends the same bytes.
 */
export async function sendRefund(ports: Ports, refund: Refund): Promise<Sent> {
  // Taken before the questions: a clock that is moved meanwhile must not swallow a step.
  const at = ports.clock.now()
  if (refund.sentCount > 0) {
    const asked = await askRefund(ports, refund)
    if (asked.kind === 'silence' && asked.hint === null) return later(refund, at)
    if (asked.kind !== 'silence' && asked.refund.status !== 'frozen') {
      return { refund: asked.refund }
    }
  }
  const turn = await commit(
    ports,
    'send-refund/turn',
    async (tx) => await takeTurn(tx, refund, ports.clock.now()),
  )
  if ('job' in turn) return turn
  const { mchid, outRefundNo, requestBody } = turn.refund
  if (requestBody === null) return { job: 'done' }
  const answer = await call(
    ports,
    'send-refund/refund',
    async () => await ports.wechatPay.refund({ mchid, outRefundNo, body: requestBody }),
  )
  ports.meter.count('wechat_call_total', { api: 'refund', got: answer.got })
  if (answer.got === 'answer' && answer.value.kind === 'refund') {
    const evidence = { kind: 'answer', told: answer.value.refund } as const
    const applied = await commit(
      ports,
      'send-refund/answered',
      async (tx) => await applyRefundEvidence(tx, ports, refund.id, evidence, ports.clock.now()),
    )
    return applied && applied.refund.status !== 'frozen'
      ? { refund: applied.refund }
      : later(turn.refund, at)
  }
  const refusal = answer.got === 'answer' && answer.value.kind === 'refused' ? answer.value : null
  return (await afterRefusal(ports, turn.refund, refusal)) ?? later(turn.refund, at)
}

async function takeTurn(tx: Tx, refund: Refund, at: Instant): Promise<Sent> {
  const held = await holdRefund(tx, refund.id)
  if (held?.refund.status !== 'frozen' || held.refund.chain !== refund.chain) return { job: 'done' }
  if (held.refund.approval === 'awaiting') return { job: 'done' }
  const wait = await tx.receipts.takeTurn(held.receipt.id, at, sendGapMs)
  if (wait !== null) return { job: { again: wait } }
  const sentCount = held.refund.sentCount + 1
  return { refund: await tx.refunds.update(held.refund, { sentCount, lastSentAtMs: at }) }
}

/**
 * Not accepted, as far as one hears. Whatever was said, WeChat is asked before anything else. null:
 * to be sent again later.
 */
async function afterRefusal(
  ports: Ports,
  refund: Refund,
  refusal: Refusal | null,
): Promise<Sent | null> {
  const advice = refusal && refundAdvice(refusal, 'refund')
  if (refusal && advice) await note(ports, refund, refusal, advice)
  const asked = await askRefund(ports, refund)
  if (asked.kind === 'told' && asked.refund.status !== 'frozen') return { refund: asked.refund }
  if (asked.kind !== 'missing' || !refusal?.authentic || !advice) return null
  if (!isFinal(advice, refund.sentCount)) return null
  const evidence = { kind: 'refused', code: codeOf(refusal) } as const
  const applied = await commit(
    ports,
    'send-refund/refused',
    async (tx) => await applyRefundEvidence(tx, ports, refund.id, evidence, ports.clock.now()),
  )
  await lookForOthers(ports, refund)
  return applied ? { refund: applied.refund } : { job: 'done' }
}

function isFinal(advice: PayAdvice, sentCount: number): boolean {
  if (advice.reaction === 'stop') return true
  const isRule = advice.meaning === 'rule' || advice.meaning === 'missing'
  return isRule && sentCount >= believedRefusals
}

/** Remembers what WeChat said, and tells a person what only a person can mend. */
async function note(
  ports: Ports,
  refund: Refund,
  refusal: Refusal,
  advice: PayAdvice,
): Promise<void> {
  const at = ports.clock.now()
  const code = codeOf(refusal)
  ports.log.warn({ mchid: refund.mchid, code, http_status: refusal.httpStatus }, 'no refund yet')
  await commit(ports, 'send-refund/refused', async (tx) => {
    const held = await holdRefund(tx, refund.id)
    if (held?.refund.status === 'frozen') await tx.refunds.update(held.refund, { problem: code })
    if (advice.meaning !== 'top_up') return
    const task = {
      kind: 'refund_top_up',
      subject: `merchant:${refund.mchid}:${beijingDate(at)}`,
      reason: 'refund_top_up',
      detail: { mchid: refund.mchid, refund: refund.id, code, message: refusal.message },
    } as const
    await openTask(tx, ports, task, at)
  })
}

/** A refund that WeChat will not take may mean that others gave the money back: ask the order. */
async function lookForOthers(ports: Ports, refund: Refund): Promise<void> {
  if (refund.orderId === null) return
  const payments = await ports.store.read.payments.ofOrder(refund.orderId)
  const paid = payments.find((payment) => payment.status === 'paid')
  if (paid) await askAbout(ports, paid, 0)
}

function codeOf(refusal: Refusal): string {
  return refusal.code || `HTTP_${refusal.httpStatus}`
}

function later(refund: Refund, at: Instant): Sent {
  const again = nextRefundSend(refund, at)
  return { job: again === null ? { park: 'refund_unsent' } : { again } }
}
