import { afterMs, type Instant, miniAdvice } from '@minitill/protocol/model'
import type { JobResult, Ports } from '../ports/index.ts'
import type { PersonMessage } from '../ports/tables/messages.ts'
import { openTask } from './apply-refund.ts'
import { miniCall } from './mini-call.ts'
import { call, commit } from './phase.ts'

const notAllowed = 43101
// The mini program asks after the payment, so that the person may be reading the sheet just now.
const sheetMs = [5_000, 15_000, 60_000]
const retriesMs = [10_000, 60_000, 300_000, 1_800_000, 7_200_000]

/**
 * Sends one subscribe message. That the person did not allow it is an ordinary end, for the message
 * of the payment only when it stays so for a little more than a minute; what WeChat will never take
 * is told to the operator, once for each kind and errcode. The attempt is counted before it leaves:
 * a crash in between may make the person read it twice.
 */
export async function sendMessage(
  ports: Ports,
  { messageId }: { readonly messageId: string },
): Promise<JobResult> {
  const message = await ports.store.read.messages.messageById(messageId)
  if (message?.status !== 'queued') return 'done'
  const isOurs = await commit(
    ports,
    'send-message/count',
    async (tx) => await tx.messages.countSend(messageId),
  )
  if (!isOurs) return 'done'
  const { appid, requestBody } = message
  const ask = (token: string) =>
    call(ports, 'send-message/send', () => ports.wechatMini.sendMessage(token, requestBody))
  const answer = await miniCall(ports, { appid, api: 'message', ask })
  ports.meter.count('wechat_call_total', { api: 'subscribe_message', got: answer.got })
  const at = ports.clock.now()
  if (answer.got === 'answer') return await end(ports, message, 'sent', null, at)
  const errcode = answer.got === 'refused' ? answer.errcode : null
  if (errcode === notAllowed) {
    const askedMs = message.kind === 'paid' ? sheetMs[message.sentCount] : undefined
    if (askedMs !== undefined) return { again: afterMs(at, askedMs) }
    return await end(ports, message, 'unwanted', errcode, at)
  }
  const isLater = errcode === null || miniAdvice('message', errcode).reaction === 'retry'
  const wait = retriesMs[message.sentCount]
  if (isLater && wait !== undefined) return { again: afterMs(at, wait) }
  return await end(ports, message, 'failed', errcode, at)
}

async function end(
  ports: Ports,
  message: PersonMessage,
  status: 'sent' | 'unwanted' | 'failed',
  errcode: number | null,
  at: Instant,
): Promise<'done'> {
  ports.meter.count('person_message_total', { kind: message.kind, status })
  await commit(ports, 'send-message/end', async (tx) => {
    await tx.messages.endMessage(message.id, { status, errcode }, at)
    if (status !== 'failed' || errcode === null) return
    const { appid, kind } = message
    const task = {
      kind: 'message_refused',
      subject: `app:${appid}:${kind}:${errcode}`,
      reason: 'message_refused',
      detail: { appid, kind, errcode, order_id: message.orderId },
    } as const
    await openTask(tx, ports, task, at)
  })
  return 'done'
}
