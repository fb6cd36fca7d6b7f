import { parseRefundNotice, type RefundNotice } from '@minitill/protocol/model'
import type { Ports, Tx } from '../ports/index.ts'
import type { HandledStatus, InboxMessage } from '../ports/tables/inbox.ts'
import { applyRefundEvidence } from './apply-refund.ts'
import { askAbout } from './ask-wechat.ts'
import { bookExternal } from './book-external.ts'
import { commit } from './phase.ts'

/**
 * Lets a stored refund notification have its effect, together with the message's own end. A refund
 * of money that we have not heard of yet makes us ask about the payment first. It may be run any
 * number of times. A crash leaves the message as it was, and its job is delivered again.
 */
export async function applyRefundNotice(ports: Ports, message: InboxMessage): Promise<'done'> {
  const notice = parseRefundNotice(JSON.parse(message.plaintext))
  const { refunds, payments } = ports.store.read
  const mine = await refunds.byOutRefundNo(message.mchid, notice.out_refund_no)
  if (!mine) {
    const payment = await payments.byOutTradeNo(message.mchid, notice.out_trade_no)
    // It proves a payment whose own notice we did not get, or not yet.
    if (payment && payment.transactionId !== notice.transaction_id)
      await askAbout(ports, payment, 0)
  }
  await commit(ports, 'apply-refund-notice/apply', async (tx) => {
    const status = mine
      ? await applyToOurs(tx, ports, mine.id, notice)
      : await applyToOthers(tx, ports, message, notice)
    if (status === 'foreign') {
      ports.meter.count('notification_foreign_total', { mchid: message.mchid })
    }
    await tx.inbox.finish(message.id, status, ports.clock.now())
  })
  return 'done'
}

async function applyToOurs(
  tx: Tx,
  ports: Ports,
  refundId: string,
  notice: RefundNotice,
): Promise<HandledStatus> {
  const evidence = { kind: 'notification', notice } as const
  const applied = await applyRefundEvidence(tx, ports, refundId, evidence, ports.clock.now())
  return applied?.outcome.kind === 'parked' ? 'parked' : 'applied'
}

async function applyToOthers(
  tx: Tx,
  ports: Ports,
  { mchid }: InboxMessage,
  notice: RefundNotice,
): Promise<HandledStatus> {
  const external = {
    mchid,
    outTradeNo: notice.out_trade_no,
    transactionId: notice.transaction_id,
    outRefundNo: notice.out_refund_no,
    refundId: notice.refund_id,
    totalFen: notice.amount.total,
    refundFen: notice.amount.refund,
    evidence: { kind: 'notification', notice },
  } as const
  return await bookExternal(tx, ports, external, ports.clock.now())
}
