import { ModelError, parseMchid, parseOutTradeNo } from '@minitill/protocol/model'
import type { Payment } from '../domain/payment.ts'
import type { Ports } from '../ports/index.ts'
import type { PushMessage } from '../ports/tables/messages.ts'
import { learnManaged } from './ask-managed.ts'
import { askShipping } from './follow-shipment.ts'
import { commit } from './phase.ts'
import { warnOf } from './watch-shipping.ts'

/**
 * Lets a stored push have its effect. Its signature does not cover its words in plain mode, so that
 * no push is believed: it only says what to ask WeChat about. A crash leaves it new, and its job is
 * delivered again.
 */
export async function applyPush(
  ports: Ports,
  { pushId }: { readonly pushId: string },
): Promise<'done'> {
  const message = await ports.store.read.messages.pushById(pushId)
  if (message?.status !== 'new') return 'done'
  await act(ports, message)
  await commit(ports, 'apply-push/done', async (tx) => {
    await tx.messages.finishPush(pushId, ports.clock.now())
  })
  return 'done'
}

async function act(ports: Ports, message: PushMessage): Promise<void> {
  const { event } = message
  if (event === 'trade_manage_remind_access_api' || event === 'wxa_trade_controlled') {
    await learnManaged(ports, message.appid)
    return
  }
  const payment = await paymentOf(ports, message)
  if (!payment) return
  if (event === 'trade_manage_remind_shipping') await warnOf(ports, payment.orderId)
  else await askShipping(ports, { orderId: payment.orderId })
}

/** The payment that the message names, if it is one of this app's. */
async function paymentOf(ports: Ports, { appid, content }: PushMessage): Promise<Payment | null> {
  const { merchant_id: mchid, merchant_trade_no: outTradeNo } = content
  try {
    const found = await ports.store.read.payments.byOutTradeNo(
      parseMchid(mchid),
      parseOutTradeNo(outTradeNo),
    )
    return found?.appid === appid ? found : null
  } catch (error) {
    if (error instanceof ModelError) return null
    throw error
  }
}
