import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { fundsOf } from '../funds.ts'
import { openidOf } from '../phone/login.ts'
import { refundedFen } from '../refund.ts'
import { SEED_BALANCE } from '../seed.ts'
import type { Notification, Person, Trade } from '../state.ts'
import { tradeAt } from '../trade.ts'
import type { Wechat } from '../wechat.ts'
import type { World } from '../world.ts'

/** A person as the control API shows one. */
export function personView(world: World, person: Person) {
  const openids = world
    .values('apps')
    .map(({ appid }) => [appid, openidOf(world, appid, person.id)])
  const { id, name, phone, balance } = person
  return { id, name, phone, balance, openids: Object.fromEntries(openids) }
}

/** GET /_sim/state: no secrets. */
export function stateView(wechat: Wechat) {
  const { world, clock, courier } = wechat
  const { now, offset_ms } = clock.read()
  return {
    now,
    offset_ms,
    seed: world.meta.seed,
    apps: world.values('apps').map(({ appid, name }) => ({ appid, name })),
    merchants: world.values('merchants').map(({ mchid, appids, verification }) => {
      const balance = fundsOf(world, mchid).balanceFen
      return { mchid, appids, verification, balance }
    }),
    people: world.values('people').map((person) => personView(world, person)),
    armed_faults: armedFaults(world),
    counts: {
      trades: world.count('trades'),
      refunds: world.count('refunds'),
      notifications_pending: courier.pending,
    },
  }
}

/** The faults that can still strike. */
export function armedFaults(world: World) {
  return world
    .values('faults')
    .filter(({ remaining }) => remaining !== 0)
    .map(({ id, point, kind, preset, probability, remaining, fired }) => ({
      id,
      point,
      kind,
      preset,
      probability,
      remaining,
      fired,
    }))
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : rfc3339Beijing(instant(atMs))
}

function notificationView(world: World, notification: Notification) {
  const { id, state, attempts, nextAtMs, lastResult, refund } = notification
  const about = refund === undefined ? undefined : world.get('refunds', refund.key)
  return {
    id,
    state,
    attempts,
    next_at: time(nextAtMs),
    last_result: lastResult,
    out_refund_no: about?.outRefundNo ?? null,
  }
}

function tradeView(world: World, trade: Trade, notifications: readonly Notification[]) {
  return {
    mchid: trade.mchid,
    appid: trade.appid,
    out_trade_no: trade.outTradeNo,
    description: trade.description,
    attach: trade.attach,
    notify_url: trade.notifyUrl,
    total: trade.total,
    currency: 'CNY',
    openid: trade.openid,
    trade_state: trade.state,
    prepay_id: trade.prepayId,
    created_at: time(trade.createdAtMs),
    time_expire: time(trade.timeExpireMs),
    transaction_id: trade.payment?.transactionId ?? null,
    success_time: time(trade.payment?.paidAtMs ?? null),
    payer_total: trade.payment?.payerTotal ?? null,
    refunded_total: refundedFen(world, trade),
    notifications: notifications.map((one) => notificationView(world, one)),
  }
}

const MOST_TRADES = 1000

/** GET /_sim/trades: the other side's truth, newest first. */
export function tradesView(world: World) {
  const notifications = Map.groupBy(world.values('notifications'), ({ trade }) => trade)
  const newest = world.entries('trades').slice(-MOST_TRADES).reverse()
  return newest.flatMap(([key]) => {
    const trade = tradeAt(world, key)
    return trade === undefined ? [] : [tradeView(world, trade, notifications.get(key) ?? [])]
  })
}

/** The next free person's id, name, phone number and balance, as far as they were not given. */
export function newPerson(world: World, name: string | undefined, balance: number | undefined) {
  const nth = (world.get('counters', 'people') ?? 1) + 1
  world.put('counters', 'people', nth)
  return {
    id: `person-${nth}`,
    name: name ?? `顾客${nth}`,
    phone: `138${String(nth).padStart(8, '0')}`,
    balance: balance ?? SEED_BALANCE,
  }
}
