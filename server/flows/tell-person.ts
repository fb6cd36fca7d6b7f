import type { Instant } from '@minitill/protocol/model'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { type MessageFacts, type MessageKind, personMessageBody } from '../domain/person-message.ts'
import type { Ports, Tx } from '../ports/index.ts'

/**
 * Queues a subscribe message to whoever ordered, inside the caller's transaction, where the app has
 * a template for it. Once for each (kind, subject); nothing about money ever waits for it.
 */
export async function tellPerson(
  tx: Tx,
  ports: Pick<Ports, 'random' | 'parties'>,
  about: {
    readonly kind: MessageKind
    readonly subject: string
    readonly order: Order
    readonly outTradeNo: Payment['outTradeNo']
    readonly more?: Partial<MessageFacts>
  },
  at: Instant,
): Promise<void> {
  const { kind, subject, order, outTradeNo, more } = about
  const template = ports.parties.app(order.appid)?.messages?.[kind]
  if (template === undefined) return
  const facts: MessageFacts = {
    orderId: order.id,
    outTradeNo,
    items: order.items.map((item) => item.name),
    totalFen: order.totalFen,
    paidAtMs: order.paidAtMs ?? at,
    ...more,
  }
  const id = ports.random.id('message')
  const isNew = await tx.messages.insertMessage({
    id,
    kind,
    subject,
    orderId: order.id,
    appid: order.appid,
    requestBody: personMessageBody(template, order.openid, facts),
    status: 'queued',
    sentCount: 0,
    errcode: null,
    createdAtMs: at,
    endedAtMs: null,
  })
  if (!isNew) return
  const data = { message_id: id }
  const job = { queue: 'send-message', id: ports.random.uuid(), runAt: at } as const
  await tx.jobs.enqueue({ ...job, data, party: order.appid })
}
