import type { Instant } from '@minitill/protocol/model'
import { isSettled, type Refund, startedAt } from '../domain/refund.ts'
import { nextRefundAsk, slowAfterMs } from '../domain/refund-rhythm.ts'
import type { JobResult, Ports } from '../ports/index.ts'
import { openTask } from './apply-refund.ts'
import { askRefund } from './ask-refund.ts'
import { commit } from './phase.ts'
import { sendRefund } from './send-refund.ts'

/**
 * One step of a refund on its way: send it, or ask how it is. One chain of these goes from the wish
 * to the end; a person's decision starts a newer one. A crash leaves the job, delivered again.
 */
export async function carryRefund(
  ports: Ports,
  { refundId, chain }: { readonly refundId: string; readonly chain: number },
): Promise<JobResult> {
  const refund = await ports.store.read.refunds.byId(refundId)
  if (!refund || refund.chain !== chain || isSettled(refund)) return 'done'
  // Taken before the question: a clock that is moved meanwhile must not swallow a step.
  const at = ports.clock.now()
  await tellIfSlow(ports, refund)
  if (refund.status === 'frozen') {
    const sent = await sendRefund(ports, refund)
    return 'job' in sent ? sent.job : next(sent.refund, at)
  }
  if (refund.status === 'refused') return 'done'
  const asked = await askRefund(ports, refund)
  return next(asked.kind === 'silence' ? refund : asked.refund, at)
}

function next(refund: Refund, at: Instant): JobResult {
  if (isSettled(refund) || refund.status === 'refused') return 'done'
  // Reapplied ones begin the rhythm anew.
  const since = refund.status === 'reapplied' ? refund.statusAtMs : refund.acceptedAtMs
  const again = nextRefundAsk(since ?? startedAt(refund), at)
  return again === null ? { park: 'refund_unsettled' } : { again }
}

/** Days are normal for a bank card; after three a person should have seen it once. */
async function tellIfSlow(ports: Ports, refund: Refund): Promise<void> {
  const at = ports.clock.now()
  if (at - startedAt(refund) < slowAfterMs || refund.status === 'abnormal') return
  const task = {
    kind: 'refund_slow',
    subject: `refund:${refund.id}`,
    reason: 'refund_slow',
    detail: {
      refund: refund.id,
      order_id: refund.orderId,
      out_refund_no: refund.outRefundNo,
      status: refund.status,
      code: refund.problem,
    },
  } as const
  await commit(ports, 'carry-refund/slow', async (tx) => await openTask(tx, ports, task, at))
}
