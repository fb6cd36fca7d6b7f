// A shop in which every story about money has happened, for whatever looks at all of it: paid by
// notification and by query, refunded by us and by others, paid late, twice, wrongly, by nobody, and
// compared with WeChat's bills.
import { instant } from '@minitill/protocol/model'
import { applyNotification } from '../../server/flows/apply-notification.ts'
import { closeOrder } from '../../server/flows/close-order.ts'
import { resolveTask } from '../../server/flows/resolve-task.ts'
import { shipOrder } from '../../server/flows/ship-order.ts'
import { appid, mchid } from './flow-ports.ts'
import { type PaidOrder, RefundBox } from './refund-box.ts'
import { judgedDay } from './story-day.ts'

export interface StoryShop {
  readonly shop: RefundBox
  /** Paid by a notification, partly refunded by us and by others. */
  readonly refunded: PaidOrder
  /** Our refund of it. */
  readonly refund: string
  readonly twice: PaidOrder
  readonly secondTransaction: string
  readonly revived: PaidOrder
}

let messages = 0

/** Stores a verified message and lets it have its effect, as the notification's job does. */
export async function hear(shop: RefundBox, kind: 'transaction' | 'refund', said: object) {
  const { ports } = shop.box
  messages += 1
  const id = `inb_story_${messages}`
  await ports.store.transaction(async (tx) => {
    await tx.inbox.insert({
      ...{ id, mchid, notificationId: id, eventType: 'e', originalType: kind, status: 'new' },
      ...{ receivedAtMs: instant(shop.now), handledAtMs: null },
      plaintext: JSON.stringify({ mchid, ...said }),
    })
  })
  await applyNotification(ports, { inboxId: id })
}

export function paidNotice({ no, transactionId }: PaidOrder, total = 1980) {
  const amount = { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' }
  const state = { trade_state: 'SUCCESS', trade_state_desc: '', trade_type: 'JSAPI' }
  return { appid, out_trade_no: no, transaction_id: transactionId, ...state, amount }
}

export function refundNotice({ no, transactionId }: PaidOrder, number: string, refund: number) {
  return {
    ...{ out_trade_no: no, transaction_id: transactionId, out_refund_no: number },
    refund_id: `5030${number.replaceAll(/\D/g, '7').padEnd(20, '1').slice(0, 20)}`,
    refund_status: 'SUCCESS',
    success_time: '2027-01-15T08:00:00+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: 1980, refund, payer_total: 1980, payer_refund: refund },
  }
}

export async function storyShop(): Promise<StoryShop> {
  const shop = await RefundBox.open()
  const refunded = await shop.order()
  await hear(shop, 'transaction', paidNotice(refunded))
  const refund = await shop.wished(refunded, 600)
  shop.box.script.refund = [await shop.says(refund, refunded, 'PROCESSING')]
  await shop.step(refund)
  const { out_refund_no, refund_id } = await shop.refund(refund)
  await hear(shop, 'refund', { ...refundNotice(refunded, out_refund_no, 600), refund_id })
  await hear(shop, 'refund', refundNotice(refunded, 'EXT-1', 300))
  await shop.wished(refunded, 200)
  await ship(shop, refunded, 'key-1')
  const twice = await shop.paid()
  const secondTransaction = `${twice.transactionId}9`.slice(1)
  await shop.pay({ ...twice, transactionId: secondTransaction })
  const revived = await endedLate(shop, 'revive')
  await endedLate(shop, 'keep')
  await endedLate(shop, null)
  const wrong = await shop.order()
  await hear(shop, 'transaction', paidNotice(wrong, 1979))
  await hear(shop, 'transaction', paidNotice({ ...wrong, no: 'MTNOBODY', transactionId: '4299' }))
  await shop.order()
  await judgedDay(shop)
  return { shop, refunded, refund, twice, secondTransaction, revived }
}

/** A parcel of it left; WeChat is told by a job that never runs here. */
async function ship({ box }: RefundBox, { id: orderId }: PaidOrder, key: string): Promise<void> {
  const parcel = { carrier: 'ZTO', trackingNo: '1', description: '茶', receiverContact: '' }
  const wish = { logisticsType: 1, parcels: [parcel], final: true } as const
  const present = () => ''
  await shipOrder(box.ports, { ...wish, orderId, key, requestHash: key, present })
}

/** Closed, paid all the same, and ended by a person or not yet. */
async function endedLate(shop: RefundBox, action: 'revive' | 'keep' | null): Promise<PaidOrder> {
  const order = await shop.order()
  await closeOrder(shop.box.ports, { orderId: order.id, reason: 'cancelled' })
  await shop.pay(order)
  const [task] = await shop.tasksAbout(order.transactionId)
  const decision = { action: action ?? 'keep', reason: '核对', by: 'operator_1' }
  if (action !== null) await resolveTask(shop.box.ports, { taskId: task?.id ?? '', decision })
  return order
}
