import { isPaid, parseTransaction, type Transaction } from '@minitill/protocol/model'
import { suspense } from '../domain/ledger.ts'
import type { Ports, Tx } from '../ports/index.ts'
import type { HandledStatus, InboxMessage } from '../ports/tables/inbox.ts'
import { applyEvidence, writeRecords } from './apply-evidence.ts'
import { applyRefundNotice } from './apply-refund-notice.ts'
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
      : await applyToNobody(tx, ports, message, transaction)
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

/**
 * Nobody here knows the number. With our prefix it is money that we cannot explain, perhaps from
 * before a restored backup; without it, another system's on the same mchid.
 */
async function applyToNobody(
  tx: Tx,
  ports: Ports,
  { mchid }: InboxMessage,
  transaction: Transaction,
): Promise<HandledStatus> {
  if (!transaction.out_trade_no.startsWith(ports.policy.tradePrefix)) {
    ports.meter.count('notification_foreign_total', { mchid })
    return 'foreign'
  }
  const kind = 'unknown_order'
  const at = ports.clock.now()
  const money = isPaid(transaction) ? transaction : null
  const subject = `out_trade_no:${mchid}:${transaction.out_trade_no}`
  const entry =
    money?.amount.currency === 'CNY'
      ? suspense({
          transactionId: money.transaction_id,
          mchid,
          why: kind,
          amountFen: money.amount.total,
          happenedAtMs: money.success_time ?? at,
        })
      : null
  const detail = {
    mchid,
    out_trade_no: transaction.out_trade_no,
    transaction_id: money?.transaction_id ?? null,
    received: money?.amount.total ?? null,
    currency: money?.amount.currency ?? null,
  }
  const payload = { kind, subject, ...detail }
  const event = {
    type: 'payment.parked',
    subject: `${kind}:${subject}`,
    version: 1,
    payload,
  } as const
  const parking = { kind, subject, reason: kind, detail, entry } as const
  await writeRecords(tx, ports, { entry, parking, event }, at)
  return 'parked'
}
