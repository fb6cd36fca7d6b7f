import { approvalFault } from '../domain/approve-refund.ts'
import type { Refund } from '../domain/refund.ts'
import type { Ports } from '../ports/index.ts'
import { applyRefundEvidence, holdRefund, recordRefund } from './apply-refund.ts'
import { startChain } from './open-refund.ts'
import { commit } from './phase.ts'

export type Approved =
  | { readonly kind: 'done'; readonly refund: Refund }
  | { readonly kind: 'not_found' | 'not_now' | 'own_refund' }

export interface ApproveRefund {
  readonly refundId: string
  readonly operator: string
}

/**
 * The second person says yes: from here on the refund is carried like any other, by one chain,
 * because the answer is given under its lock. Whoever asked for it is refused, and the try is told
 * as an event. One transaction; a crash leaves it waiting, or approved with its job.
 */
export async function approveRefund(
  ports: Ports,
  { refundId, operator }: ApproveRefund,
): Promise<Approved> {
  return await commit(ports, 'approve-refund/decide', async (tx): Promise<Approved> => {
    const held = await holdRefund(tx, refundId)
    if (!held) return { kind: 'not_found' }
    const at = ports.clock.now()
    const fault = approvalFault(held.refund, operator)
    if (fault === 'own_refund') {
      // The same refund once more, so that the try has a place of its own among its events.
      const same = await tx.refunds.update(held.refund, {})
      await recordRefund(tx, ports, 'refund.approval_refused', same, at, { by: operator })
    }
    if (fault) return { kind: fault }
    const said = { approval: 'approved', decidedBy: operator, decidedAtMs: at } as const
    const refund = await tx.refunds.update(held.refund, said)
    const waiting = { kinds: ['refund_approval'], field: 'refund', value: refundId } as const
    await tx.tasks.resolveAbout(waiting, 'approved', at)
    await recordRefund(tx, ports, 'refund.approved', refund, at, { by: operator })
    await startChain(tx, ports, refund, at)
    return { kind: 'done', refund }
  })
}

/**
 * Anybody may say no, whoever asked for it too: the refund is closed without WeChat having heard of
 * it, and its amount is free again. One transaction; a crash leaves it waiting.
 */
export async function declineRefund(
  ports: Ports,
  { refundId, operator, reason }: ApproveRefund & { readonly reason: string },
): Promise<Approved> {
  return await commit(ports, 'decline-refund/decide', async (tx): Promise<Approved> => {
    const held = await holdRefund(tx, refundId)
    if (!held) return { kind: 'not_found' }
    const { approval, status } = held.refund
    if (approval !== 'awaiting' || status !== 'frozen') return { kind: 'not_now' }
    const at = ports.clock.now()
    const said = { approval: 'declined', decidedBy: operator, decidedAtMs: at } as const
    await tx.refunds.update(held.refund, { ...said, declineReason: reason })
    const applied = await applyRefundEvidence(tx, ports, refundId, { kind: 'declined' }, at)
    return applied ? { kind: 'done', refund: applied.refund } : { kind: 'not_found' }
  })
}
