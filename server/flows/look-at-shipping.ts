import type { Appid } from '@minitill/protocol/model'
import type { Payment } from '../domain/payment.ts'
import type { ShippingTold } from '../domain/shipment.ts'
import type { Ports } from '../ports/index.ts'
import { type MiniAnswer, miniCall } from './mini-call.ts'
import { call } from './phase.ts'

/** Asks WeChat how an order's shipping is (get_order); an answer about another one is silence. */
export async function lookAtShipping(
  ports: Ports,
  appid: Appid,
  payment: Payment,
): Promise<MiniAnswer<{ readonly kind: 'order'; readonly order: ShippingTold }>> {
  const { transactionId } = payment
  if (transactionId === null) return { got: 'silence' }
  const ask = (token: string) =>
    call(ports, 'look-at-shipping/ask', () => ports.wechatMini.shippingOrder(token, transactionId))
  const answer = await miniCall(ports, { appid, api: 'shipping', ask })
  ports.meter.count('wechat_call_total', { api: 'get_order', got: answer.got })
  const isOurs = answer.got !== 'answer' || answer.value.order.transactionId === transactionId
  return isOurs ? answer : { got: 'silence' }
}
