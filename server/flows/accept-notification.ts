import type { Instant, Mchid } from '@minitill/protocol/model'
import { type NoticePlace, sortNotice } from '../domain/sort-notice.ts'
import type { Merchant, NoticeRefusal, OpenedNotice, Ports, RawNotice, Tx } from '../ports/index.ts'
import { writeRecords } from './apply-evidence.ts'
import { commit } from './phase.ts'

export type Accepted =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: NoticeRefusal }
  | { readonly kind: 'unknown_merchant' }

/** How long an unknown serial cannot cause another download, whoever sends it. */
export const refreshGapMs = 5 * 60 * 1000

/**
 * Takes a message that somebody posted as WeChat Pay: verifies and opens it with the keys of the
 * path's merchant alone, and stores it before it is answered, because a 2xx is a promise. What it
 * means is decided afterwards by a job that was enqueued in the same transaction. A crash before
 * the commit leaves nothing and no 2xx: WeChat sends it again.
 */
export async function acceptNotification(
  ports: Ports,
  input: { readonly mchid: string; readonly raw: RawNotice },
): Promise<Accepted> {
  const merchant = ports.parties.merchant(input.mchid)
  if (!merchant) return { kind: 'unknown_merchant' }
  const opened = await ports.notices.open(merchant.mchid, input.raw)
  if (!opened.ok) {
    await noteRefusal(ports, merchant.mchid, opened.reason)
    return { kind: 'refused', reason: opened.reason }
  }
  const place = sortNotice(opened.notice, merchant)
  await commit(
    ports,
    'accept-notification/inbox',
    async (tx) => await store(tx, ports, merchant, opened.notice, place),
  )
  ports.meter.count('notification_total', { place })
  return { kind: 'accepted' }
}

async function store(
  tx: Tx,
  ports: Ports,
  { mchid }: Merchant,
  notice: OpenedNotice,
  place: NoticePlace,
): Promise<void> {
  const at = ports.clock.now()
  const id = ports.random.id('inbox')
  const isNew = await tx.inbox.insert({
    id,
    mchid,
    notificationId: notice.id,
    eventType: notice.eventType,
    originalType: notice.originalType,
    plaintext: notice.plaintext,
    status: place === 'apply' ? 'new' : 'parked',
    receivedAtMs: at,
    handledAtMs: place === 'apply' ? null : at,
  })
  // A repeated delivery was taken care of with the first.
  if (!isNew) return
  if (place === 'apply') {
    const job = { queue: 'apply-notification', id: ports.random.uuid(), runAt: at } as const
    await tx.jobs.enqueue({ ...job, data: { inbox_id: id } })
  } else if (place !== 'keep') {
    await showToPerson(tx, ports, { mchid, notice, place, inboxId: id }, at)
  }
}

async function showToPerson(
  tx: Tx,
  ports: Ports,
  parked: {
    readonly mchid: Mchid
    readonly notice: OpenedNotice
    readonly place: 'odd' | 'wrong_party'
    readonly inboxId: string
  },
  at: Instant,
): Promise<void> {
  const { mchid, notice, place, inboxId } = parked
  const kind = place === 'odd' ? 'odd_notification' : 'wrong_party'
  const subject = `notification:${mchid}:${notice.id}`
  const detail = {
    inbox_id: inboxId,
    mchid,
    event_type: notice.eventType,
    original_type: notice.originalType,
    inner_mchid: notice.transaction?.mchid ?? notice.refund?.mchid ?? null,
    inner_appid: notice.transaction?.appid ?? null,
    out_trade_no: notice.transaction?.out_trade_no ?? notice.refund?.out_trade_no ?? null,
  }
  const parking = { kind, subject, reason: kind, detail, entry: null } as const
  const payload = { kind, subject, ...detail }
  const event = {
    type: 'payment.parked',
    subject: `${kind}:${subject}`,
    version: 1,
    payload,
  } as const
  await writeRecords(tx, ports, { entry: null, parking, event }, at)
}

/** A refused message changes nothing, but for one wish: to know the certificate that it names. */
async function noteRefusal(ports: Ports, mchid: Mchid, reason: NoticeRefusal): Promise<void> {
  // WeChat's own test of whether we verify: it is right that it was refused, and no alarm.
  if (reason === 'probe') return ports.meter.count('notification_probe_total', { mchid })
  ports.meter.count('notification_refused_total', { reason })
  ports.log.warn({ mchid, reason }, 'refused a notification')
  if (reason !== 'unknown_serial') return
  const at = ports.clock.now()
  await commit(ports, 'accept-notification/want-keys', async (tx) => {
    if (!(await tx.platformKeys.claimRefresh(mchid, at, refreshGapMs))) return
    const job = { queue: 'refresh-platform-keys', id: ports.random.uuid(), runAt: at } as const
    await tx.jobs.enqueue({ ...job, data: { mchid, once: 1, key: `once:${mchid}` } })
  })
}
