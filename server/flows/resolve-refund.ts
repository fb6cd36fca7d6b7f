import type { PayAdvice } from '@minitill/protocol/model'
import { isSettled, type Refund } from '../domain/refund.ts'
import { quietMs } from '../domain/refund-rhythm.ts'
import type { AbnormalRefund, Ports } from '../ports/index.ts'
import { applyRefundEvidence, holdRefund } from './apply-refund.ts'
import { askRefund, refundAdvice } from './ask-refund.ts'
import { startChain } from './open-refund.ts'
import { call, commit } from './phase.ts'

/** What a person decides about a refund that does not end by itself. */
export type RefundDecision =
  | { readonly action: 'ask' }
  | { readonly action: 'retry' }
  | { readonly action: 'give_up' }
  | ApplyAbnormal

type ApplyAbnormal = { readonly action: 'apply_abnormal_refund' } & Pick<
  AbnormalRefund,
  'type' | 'bankType' | 'bankAccount' | 'realName'
>

export type Resolved =
  | { readonly kind: 'done'; readonly refund: Refund }
  | { readonly kind: 'not_found' | 'not_now' | 'unavailable' }
  /** `advice` has WeChat's reason in both languages. */
  | { readonly kind: 'refused_by_wechat'; readonly advice: PayAdvice }

/**
 * Carries out a person's decision. Nothing is decided by it alone: asking asks, giving up frees the
 * amount only when WeChat says after a quiet minute that it never had the number, and another card
 * goes to WeChat, sealed and never stored. A crash leaves the refund as it was or as WeChat said.
 */
export async function resolveRefund(
  ports: Ports,
  { refundId, decision }: { readonly refundId: string; readonly decision: RefundDecision },
): Promise<Resolved> {
  const refund = await ports.store.read.refunds.byId(refundId)
  if (!refund) return { kind: 'not_found' }
  if (decision.action === 'ask') return await ask(ports, refund)
  // What a second person has not agreed to is approved or declined, and nothing else.
  if (isSettled(refund) || refund.approval === 'awaiting') return { kind: 'not_now' }
  if (decision.action === 'retry') return await retry(ports, refund)
  if (decision.action === 'give_up') return await giveUp(ports, refund)
  return await applyAbnormal(ports, refund, decision)
}

async function ask(ports: Ports, refund: Refund): Promise<Resolved> {
  const asked = await askRefund(ports, refund)
  if (asked.kind === 'silence') return { kind: 'unavailable' }
  return { kind: 'done', refund: asked.refund }
}

/** The same number and the same bytes, by a new chain; also at once after a top-up. */
async function retry(ports: Ports, { id }: Refund): Promise<Resolved> {
  return await commit(ports, 'resolve-refund/decide', async (tx): Promise<Resolved> => {
    const at = ports.clock.now()
    const applied = await applyRefundEvidence(tx, ports, id, { kind: 'retried' }, at)
    if (applied?.refund.status !== 'frozen') return { kind: 'not_now' }
    const refund = await tx.refunds.update(applied.refund, { chain: applied.refund.chain + 1 })
    await startChain(tx, ports, refund, at)
    return { kind: 'done', refund }
  })
}

async function giveUp(ports: Ports, refund: Refund): Promise<Resolved> {
  const { status, lastSentAtMs } = refund
  if (status !== 'frozen' && status !== 'refused') return { kind: 'not_now' }
  if (lastSentAtMs !== null && ports.clock.now() - lastSentAtMs < quietMs) {
    return { kind: 'not_now' }
  }
  // Nobody sends it from here on: the running chain finds a newer one.
  const stopped = await commit(ports, 'resolve-refund/decide', async (tx) => {
    const held = await holdRefund(tx, refund.id)
    if (held?.refund.version !== refund.version) return null
    return await tx.refunds.update(held.refund, { chain: held.refund.chain + 1 })
  })
  if (!stopped) return { kind: 'not_now' }
  const asked = await askRefund(ports, stopped)
  return await commit(ports, 'resolve-refund/applied', async (tx): Promise<Resolved> => {
    const at = ports.clock.now()
    if (asked.kind === 'missing') {
      const applied = await applyRefundEvidence(tx, ports, refund.id, { kind: 'given_up' }, at)
      return applied ? { kind: 'done', refund: applied.refund } : { kind: 'not_found' }
    }
    // WeChat has it after all, or says nothing: it is carried on.
    await startChain(tx, ports, stopped, at)
    return asked.kind === 'told' ? { kind: 'done', refund: asked.refund } : { kind: 'unavailable' }
  })
}

async function applyAbnormal(
  ports: Ports,
  refund: Refund,
  decision: ApplyAbnormal,
): Promise<Resolved> {
  const { mchid, refundId, outRefundNo } = refund
  if (refund.status !== 'abnormal' || refundId === null) return { kind: 'not_now' }
  const { action: _, ...card } = decision
  const askedAtMs = ports.clock.now()
  const answer = await call(
    ports,
    'resolve-refund/apply-abnormal',
    async () => await ports.wechatPay.abnormalRefund({ mchid, refundId, outRefundNo, ...card }),
  )
  ports.meter.count('wechat_call_total', { api: 'abnormal_refund', got: answer.got })
  if (answer.got === 'silence') return { kind: 'unavailable' }
  if (answer.value.kind === 'refused') {
    const advice = refundAdvice(answer.value, 'abnormal_refund')
    // It may be under way already, by an earlier try whose answer was lost.
    const asked = await askRefund(ports, refund)
    const moved = asked.kind === 'told' && asked.refund.status !== 'abnormal'
    if (moved) return await carryOn(ports, asked.refund)
    return { kind: 'refused_by_wechat', advice }
  }
  const told = answer.value.refund
  const applied = await commit(
    ports,
    'resolve-refund/applied',
    async (tx) =>
      await applyRefundEvidence(
        tx,
        ports,
        refund.id,
        { kind: 'query', told, askedAtMs },
        ports.clock.now(),
      ),
  )
  return applied ? await carryOn(ports, applied.refund) : { kind: 'not_found' }
}

/** A refund under way again is asked about in a rhythm that begins now. */
async function carryOn(ports: Ports, { id }: Refund): Promise<Resolved> {
  return await commit(ports, 'resolve-refund/decide', async (tx): Promise<Resolved> => {
    const held = await holdRefund(tx, id)
    if (!held) return { kind: 'not_found' }
    if (isSettled(held.refund)) return { kind: 'done', refund: held.refund }
    const refund = await tx.refunds.update(held.refund, { chain: held.refund.chain + 1 })
    await startChain(tx, ports, refund, ports.clock.now())
    return { kind: 'done', refund }
  })
}
