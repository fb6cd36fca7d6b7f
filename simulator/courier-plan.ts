// When notifications leave: the official schedule, on simulated time.
import type { Refund } from './refund-state.ts'
import type { Notification, Trade } from './state.ts'
import type { World } from './world.ts'

/** Seconds between attempts after a failed one (支付回调通知, 通知频率): 15 retries in 24 h 4 min. */
export const RETRY_SECONDS: readonly number[] = [
  15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600,
]

const FIRST_DELAY_MS = 100
const MOST_KEPT = 20_000

/** Forgets the oldest settled message of a table when too many are kept. */
export function makeRoom(world: World, table: 'notifications' | 'pushes'): void {
  if (world.count(table) < MOST_KEPT) return
  const settled = world.entries(table).find(([, { state }]) => state !== 'pending')
  const oldest = settled?.[0] ?? world.oldest(table)
  if (oldest !== undefined) world.remove(table, oldest)
}

/** A uuid made of a draw. */
export function notificationId(world: World, key: string, nth: number): string {
  const hex = world.chance(`notification:${key}`, nth).hex(32)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`]
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}

/** Plans the notification of a payment. Without an APIv3 key WeChat sends none (R55). */
export function notePayment(world: World, key: string, trade: Trade): void {
  if (world.get('merchants', trade.mchid)?.apiv3Key == null) return
  makeRoom(world, 'notifications')
  const id = notificationId(world, key, 0)
  const now = world.nowMs()
  world.put('notifications', id, {
    id,
    mchid: trade.mchid,
    trade: key,
    url: trade.notifyUrl,
    createdAtMs: now,
    attempts: 0,
    nextAtMs: now + FIRST_DELAY_MS,
    state: 'pending',
    lastResult: null,
    copyOf: null,
  })
}

/** Plans the notice of a refund that has ended, or came to a halt (R64: there may be two). */
export function noteRefund(world: World, key: string, refund: Refund): void {
  const merchant = world.get('merchants', refund.mchid)
  const old = refund.notifyUrl === null
  const url = refund.notifyUrl ?? merchant?.platformRefunds?.url
  if (url == null || (!old && merchant?.apiv3Key == null)) return
  makeRoom(world, 'notifications')
  const id = notificationId(world, `${refund.refundId}:${refund.status}`, 0)
  const now = world.nowMs()
  world.put('notifications', id, {
    id,
    mchid: refund.mchid,
    trade: refund.trade,
    refund: { key, status: refund.status },
    ...(old ? { old } : {}),
    url,
    createdAtMs: now,
    attempts: 0,
    nextAtMs: now + FIRST_DELAY_MS,
    state: 'pending',
    lastResult: null,
    copyOf: null,
  })
}

/** One more delivery of the same notification, at once or later, whatever was answered before. */
export function planCopy(
  world: World,
  original: Notification,
  delayMs: number,
  alteration?: string,
): string {
  makeRoom(world, 'notifications')
  const { alteration: _before, ...plain } = original
  const nth = world.draw('copies').hex(12)
  const id = `${original.copyOf ?? original.id}#${nth}`
  const now = world.nowMs()
  world.put('notifications', id, {
    ...plain,
    ...(alteration === undefined ? {} : { alteration }),
    id,
    copyOf: original.copyOf ?? original.id,
    createdAtMs: now,
    attempts: 0,
    nextAtMs: now + delayMs,
    state: 'pending',
    lastResult: null,
  })
  return id
}

/** What follows from an attempt's end: delivered, the next time, or given up. */
export function afterAttempt(
  before: Notification,
  acknowledged: boolean,
  result: string,
  nowMs: number,
): Notification {
  const attempts = before.attempts + 1
  const lastResult = result.slice(0, 200)
  if (acknowledged) return { ...before, attempts, lastResult, nextAtMs: null, state: 'delivered' }
  const gap = before.copyOf === null ? RETRY_SECONDS[attempts - 1] : undefined
  if (gap === undefined)
    return { ...before, attempts, lastResult, nextAtMs: null, state: 'given_up' }
  return { ...before, attempts, lastResult, nextAtMs: nowMs + gap * 1000 }
}
