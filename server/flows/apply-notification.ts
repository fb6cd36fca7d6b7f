import { parseTransaction, type Transaction } from '@minitill/protocol/model'
import type { Ports, Tx } from '../ports/index.ts'
import type { HandledStatus } from '../ports/tables/inbox.ts'
import { applyEvidence } from './apply-evidence.ts'
import { applyRefundNotice } from './apply-refund-notice.ts'
import { parkUnknown } from './park-unknown.ts'
import { commit } from './phase.ts'

/**
 * Lets a stored message have its effect: order, payment, entry, event and the message's own end in
 * one transaction. It may be run any number of times, since applying is confluent. A crash leaves
 * the message as it was, and its job is delivered again.
 */
export async function applyNotification(
  ports: Ports,
  { inboxId }: { readonly inboxId: string },
): Promise<'done'> {
  const message = await ports.store.read.inbox.byId(inboxId)
  if (message?.status !== 'new') return 'done'
  if (message.originalType === 'refund') return await applyRefundNotice(ports, message)
  const transaction = parseTransaction(JSON.parse(message.plaintext))
  const { out_trade_no } = transaction
  const payment = await ports.store.read.payments.byOutTradeNo(message.mchid, out_trade_no)
  await commit(ports, 'apply-notification/apply', async (tx) => {
    const status = payment
      ? await applyToPayment(tx, ports, payment.id, transaction)
      : await parkUnknown(tx, ports, message.mchid, transaction)
    await tx.inbox.finish(message.id, status, ports.clock.now())
  })
  return 'done'
}

async function applyToPayment(
  tx: Tx,
  ports: Ports,
  paymentId: string,
  transaction: Transaction,
): Promise<HandledStatus> {
  const evidence = { kind: 'notification', transaction } as const
  const applied = await applyEvidence(tx, ports, paymentId, evidence, ports.clock.now())
  return applied?.outcome.kind === 'parked' ? 'parked' : 'applied'
}
