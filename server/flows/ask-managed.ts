import { type Appid, afterMs } from '@minitill/protocol/model'
import type { JobResult, Ports } from '../ports/index.ts'
import { miniCall } from './mini-call.ts'
import { call, commit } from './phase.ts'

const day = 86_400_000
const retryMs = 60_000

/**
 * Asks WeChat whether it manages the trades of a mini program (is_trade_managed): at start, daily,
 * and when a message says that something changed. It decides whether paid orders must be shipped.
 * A crash leaves the job, which is delivered again.
 */
export async function askManaged(
  ports: Ports,
  { appid: given }: { readonly appid: string },
): Promise<JobResult> {
  const app = ports.parties.app(given)
  if (!app) return 'done'
  const { appid } = app
  const managed = await learnManaged(ports, appid)
  return { again: afterMs(ports.clock.now(), managed === null ? retryMs : day) }
}

/** null when WeChat did not say. */
export async function learnManaged(ports: Ports, appid: Appid): Promise<boolean | null> {
  const ask = (token: string) =>
    call(ports, 'ask-managed/ask', () => ports.wechatMini.tradeManaged(token, appid))
  const answer = await miniCall(ports, { appid, api: 'shipping', ask })
  ports.meter.count('wechat_call_total', { api: 'is_trade_managed', got: answer.got })
  if (answer.got !== 'answer') return null
  const { managed } = answer.value
  await commit(ports, 'ask-managed/keep', async (tx) => {
    await tx.shipments.keepManagement(appid, managed, ports.clock.now())
    if (!managed) await tx.shipments.release(appid)
  })
  return managed
}
