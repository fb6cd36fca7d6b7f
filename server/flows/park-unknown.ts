import { isPaid, type Mchid, type Transaction } from '@minitill/protocol/model'
import { suspense } from '../domain/ledger.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { writeRecords } from './apply-evidence.ts'

/**
 * Nobody here knows the number. With our prefix it is money that we cannot explain, perhaps from
 * before a restored backup; without it, another system's on the same mchid. Two transactions of one
 * number, or two amounts of one transaction, are shown each. Part of its caller's transaction: a
 * crash leaves nothing.
 */
export async function parkUnknown(
  tx: Tx,
  ports: Pick<Ports, 'parties' | 'meter' | 'clock' | 'random'>,
  mchid: Mchid,
  transaction: Transaction,
): Promise<'foreign' | 'parked'> {
  if (!transaction.out_trade_no.startsWith(ports.parties.policyOf(mchid).tradePrefix)) {
    ports.meter.count('notification_foreign_total', { mchid })
    return 'foreign'
  }
  const kind = 'unknown_order'
  const at = ports.clock.now()
  const money = isPaid(transaction) ? transaction : null
  const said = money && [money.transaction_id, money.amount.currency, money.amount.total]
  const about = ['out_trade_no', mchid, transaction.out_trade_no, ...(said ?? [])]
  const subject = about.join(':')
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
