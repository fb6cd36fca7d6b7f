import { type PayAdvice, payAdvice } from '@minitill/protocol/model'
import type { Refund } from '../domain/refund.ts'
import type { Ports, Refusal } from '../ports/index.ts'
import { type AppliedRefund, applyRefundEvidence } from './apply-refund.ts'
import { call, commit } from './phase.ts'

export type AskedRefund =
  | ({ readonly kind: 'told' } & AppliedRefund)
  /** An authentic "no such refund". */
  | ({ readonly kind: 'missing' } & AppliedRefund)
  /**
   * Nothing that decides. `hint`: an unsigned "no such refund"; it is no proof, but a repetition of
   * the same request, which is always safe, need not wait for one.
   */
  | { readonly kind: 'silence'; readonly hint: 'missing' | null }

/**
 * Asks WeChat about one refund and lets the verified answer decide. A crash after the query leaves
 * the refund as it was; its job asks again.
 */
export async function askRefund(ports: Ports, refund: Refund): Promise<AskedRefund> {
  const askedAtMs = ports.clock.now()
  const { mchid, outRefundNo } = refund
  const answer = await call(
    ports,
    'ask-refund/query',
    async () => await ports.wechatPay.refundQuery(mchid, outRefundNo),
  )
  ports.meter.count('wechat_call_total', { api: 'refund_query', got: answer.got })
  if (answer.got === 'silence') return { kind: 'silence', hint: null }
  const { value } = answer
  if (value.kind === 'refused' && !(value.authentic && isMissing(value))) {
    return { kind: 'silence', hint: isMissing(value) ? 'missing' : null }
  }
  const evidence =
    value.kind === 'refused'
      ? ({ kind: 'missing' } as const)
      : ({ kind: 'query', told: value.refund, askedAtMs } as const)
  const applied = await commit(
    ports,
    'ask-refund/apply',
    async (tx) => await applyRefundEvidence(tx, ports, refund.id, evidence, ports.clock.now()),
  )
  if (!applied) return { kind: 'silence', hint: null }
  return { kind: value.kind === 'refused' ? 'missing' : 'told', ...applied }
}

function isMissing(refusal: Refusal): boolean {
  return refundAdvice(refusal, 'refund_query').meaning === 'missing'
}

/** WeChat's own advice on a refusal of a refund call (§7.7). */
export function refundAdvice(
  { code, message, httpStatus: status }: Refusal,
  api: 'refund' | 'refund_query' | 'abnormal_refund',
): PayAdvice {
  return payAdvice({ api, code, message, status })
}
