import { isOpen, type Payment } from '../domain/payment.ts'
import { nextAsk } from '../domain/rhythm.ts'
import type { JobResult, Ports } from '../ports/index.ts'
import { type Applied, applyEvidence } from './apply-evidence.ts'
import { call, commit } from './phase.ts'

export type Asked =
  | ({ readonly kind: 'told' } & Applied)
  /** Nothing that we may believe, or WeChat does not know the number (perhaps not yet). */
  | { readonly kind: 'silence' }
  | { readonly kind: 'too_soon' }

/**
 * Asks WeChat about one payment and lets the verified answer decide. The right to ask is taken
 * first, so that all instances together ask at most once in `gapMs`. A crash after the query leaves
 * the payment as it was: whoever asks next (the rhythm, the person, the closing) is told the same.
 */
export async function askAbout(ports: Ports, payment: Payment, gapMs: number): Promise<Asked> {
  const at = ports.clock.now()
  const mayAsk = await commit(
    ports,
    'ask-wechat/claim',
    async (tx) => await tx.payments.claimAsk(payment.id, at, gapMs),
  )
  if (!mayAsk) return { kind: 'too_soon' }
  const { mchid, outTradeNo } = payment
  const answer = await call(
    ports,
    'ask-wechat/query',
    async () => await ports.wechatPay.query(mchid, outTradeNo),
  )
  ports.meter.count('wechat_call_total', { api: 'query', got: answer.got })
  if (answer.got === 'silence' || answer.value.kind === 'refused') return { kind: 'silence' }
  const { transaction } = answer.value
  const applied = await commit(ports, 'ask-wechat/apply', async (tx) => {
    const evidence = { kind: 'query', transaction } as const
    return await applyEvidence(tx, ports, payment.id, evidence, ports.clock.now())
  })
  return applied ? { kind: 'told', ...applied } : { kind: 'silence' }
}

/**
 * One step of the asking rhythm of a payment that was handed out. `since` names the chain: a newer
 * hand-out starts a newer chain, and this one ends. A crash here leaves the job, which is delivered
 * again.
 */
export async function askInRhythm(
  ports: Ports,
  { paymentId, since }: { readonly paymentId: string; readonly since: number },
): Promise<JobResult> {
  const payment = await ports.store.read.payments.byId(paymentId)
  if (!payment || !isOpen(payment) || payment.calledUpAtMs !== since) return 'done'
  // Taken before the question: a clock that is moved meanwhile must not swallow a step.
  const at = ports.clock.now()
  const asked = await askAbout(ports, payment, 0)
  if (asked.kind === 'told' && !isOpen(asked.payment)) return 'done'
  return { again: nextAsk(payment.calledUpAtMs, at) }
}
