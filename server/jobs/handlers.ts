import { applyNotification } from '../flows/apply-notification.ts'
import { applyPush } from '../flows/apply-push.ts'
import { askManaged } from '../flows/ask-managed.ts'
import { askInRhythm } from '../flows/ask-wechat.ts'
import { carryRefund } from '../flows/carry-refund.ts'
import { checkPromises } from '../flows/check-promises.ts'
import { closeInTime } from '../flows/close-order.ts'
import { dailyBills } from '../flows/daily-bills.ts'
import { deliverEvent } from '../flows/deliver-event.ts'
import { endSuspense } from '../flows/end-suspense.ts'
import { followShipment } from '../flows/follow-shipment.ts'
import { reconcileInTime } from '../flows/reconcile-day.ts'
import { refreshKeys } from '../flows/refresh-keys.ts'
import { sealLedger } from '../flows/seal-ledger.ts'
import { sendMessage } from '../flows/send-message.ts'
import { sweep } from '../flows/sweep.ts'
import { uploadShipment } from '../flows/upload-shipment.ts'
import { watchShipping } from '../flows/watch-shipping.ts'
import type { Claim, JobHandlers, Ports } from '../ports/index.ts'

type Data = Claim['data']

/** What a sweep clears besides our own tables. */
export interface SweepParts {
  forgetFinished(): Promise<void>
}

/** One flow for each queue. */
export function jobHandlers(ports: Ports, parts: SweepParts): JobHandlers {
  return {
    'apply-notification': async (data) =>
      await applyNotification(ports, { inboxId: textOf(data, 'inbox_id') }),
    'ask-wechat': async (data) => {
      const [paymentId, since] = [textOf(data, 'payment_id'), numberOf(data, 'since')]
      return await askInRhythm(ports, { paymentId, since })
    },
    'check-promises': async (data) => await checkPromises(ports, { once: data['once'] === 1 }),
    'close-order': async (data) => await closeInTime(ports, { orderId: textOf(data, 'order_id') }),
    'daily-bills': async () => await dailyBills(ports),
    'reconcile-day': async (data) =>
      await reconcileInTime(ports, { mchid: textOf(data, 'mchid'), date: textOf(data, 'date') }),
    'carry-refund': async (data) => {
      const [refundId, chain] = [textOf(data, 'refund_id'), numberOf(data, 'chain')]
      return await carryRefund(ports, { refundId, chain })
    },
    'deliver-event': async (data) =>
      await deliverEvent(ports, { deliveryId: textOf(data, 'delivery_id') }),
    'end-suspense': async (data) => await endSuspense(ports, { taskId: textOf(data, 'task_id') }),
    'refresh-platform-keys': async (data) =>
      await refreshKeys(ports, { mchid: textOf(data, 'mchid'), once: data['once'] === 1 }),
    'seal-ledger': async () => await sealLedger(ports),
    ...shippingHandlers(ports),
    sweep: async () => await sweep(ports, parts),
  }
}

type ShippingQueue =
  | 'apply-push'
  | 'ask-managed'
  | 'follow-shipment'
  | 'send-message'
  | 'upload-shipment'
  | 'watch-shipping'

function shippingHandlers(ports: Ports): Pick<JobHandlers, ShippingQueue> {
  return {
    'apply-push': async (data) => await applyPush(ports, { pushId: textOf(data, 'push_id') }),
    'ask-managed': async (data) => await askManaged(ports, { appid: textOf(data, 'key') }),
    'follow-shipment': async (data) => {
      const [orderId, since] = [textOf(data, 'order_id'), numberOf(data, 'since')]
      return await followShipment(ports, { orderId, since })
    },
    'send-message': async (data) =>
      await sendMessage(ports, { messageId: textOf(data, 'message_id') }),
    'upload-shipment': async (data) =>
      await uploadShipment(ports, { shipmentId: textOf(data, 'shipment_id') }),
    'watch-shipping': async () => await watchShipping(ports),
  }
}

function textOf(data: Data, field: string): string {
  const value = data[field]
  if (typeof value !== 'string') throw new TypeError(`a job has no text ${field}`)
  return value
}

function numberOf(data: Data, field: string): number {
  const value = data[field]
  if (typeof value !== 'number') throw new TypeError(`a job has no number ${field}`)
  return value
}
