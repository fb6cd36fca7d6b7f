import type { Ports, PushRefusal, RawPush } from '../ports/index.ts'
import { sha256Hex } from './hash.ts'
import { commit } from './phase.ts'

export type AcceptedPush =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: PushRefusal }
  | { readonly kind: 'unknown_app' }

/** Events that lead to work; all others are answered and counted. */
const wanted: readonly string[] = [
  'trade_manage_order_settlement',
  'trade_manage_remind_shipping',
  'trade_manage_remind_access_api',
  'wxa_trade_controlled',
]

/**
 * Takes a message that somebody posted as WeChat's message push: opened with the path's app alone,
 * stored before it is answered, once for all its repetitions. A crash before the commit leaves
 * nothing and no answer: WeChat sends it again.
 */
export async function acceptPush(
  ports: Ports,
  input: { readonly appid: string; readonly raw: RawPush },
): Promise<AcceptedPush> {
  const app = ports.parties.app(input.appid)
  if (!app) return { kind: 'unknown_app' }
  const opened = ports.pushes.open(app.appid, input.raw)
  if (!opened.ok) {
    ports.meter.count('push_refused_total', { reason: opened.reason })
    ports.log.warn({ appid: app.appid, reason: opened.reason }, 'refused a pushed message')
    return { kind: 'refused', reason: opened.reason }
  }
  const isWanted = wanted.includes(opened.event)
  ports.meter.count('push_total', { event: isWanted ? opened.event : 'other' })
  if (!isWanted) return { kind: 'accepted' }
  const at = ports.clock.now()
  const id = ports.random.id('push')
  await commit(ports, 'accept-push/inbox', async (tx) => {
    const isNew = await tx.messages.insertPush({
      id,
      appid: app.appid,
      digest: sha256Hex(opened.text),
      event: opened.event,
      content: opened.content,
      status: 'new',
      receivedAtMs: at,
      handledAtMs: null,
    })
    if (!isNew) return
    const data = { push_id: id }
    await tx.jobs.enqueue({ queue: 'apply-push', id: ports.random.uuid(), data, runAt: at })
  })
  return { kind: 'accepted' }
}
