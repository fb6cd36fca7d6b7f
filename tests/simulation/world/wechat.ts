// WeChat as it is for everybody: the real simulated world, on the scheduler's time, with real keys
// and signatures. Faults of its menu are armed just before the message that they shall strike.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dispatchControl } from '../../../simulator/control/dispatch.ts'
import { fundsOf } from '../../../simulator/funds.ts'
import { arm } from '../../../simulator/mischief.ts'
import type { Delivery, OutgoingMessage, Ports } from '../../../simulator/ports.ts'
import type { FundFlow, Refund } from '../../../simulator/refund-state.ts'
import type { Seed } from '../../../simulator/seed.ts'
import { type Shippable, shippableOf } from '../../../simulator/shipping.ts'
import type { Notification, Trade } from '../../../simulator/state.ts'
import { Wechat } from '../../../simulator/wechat.ts'
import type { Run } from '../context.ts'
import type { Labels } from './labels.ts'

const keys = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/wechat.json'), 'utf8'),
) as Seed

/** Faults after which a notification is a forgery, or cannot be told from one: never answered 2xx. */
const forging = new Set([
  'damaged_ciphertext',
  'damaged_nonce',
  'damaged_associated_data',
  'other_apiv3_key',
  'wrong_signature',
  'missing_signature',
  'unknown_serial',
  'other_merchant_key',
  'timestamp_old',
  'timestamp_future',
  'signtest',
  'xml_v2',
])

const forgingPush = new Set(['wrong_signature', 'timestamp_old'])
/** Of what is not sealed there is nothing to damage. */
const forgingSealed = new Set(['damaged_ciphertext', 'other_appid'])

/** WeChat said something of these that is not so; money booked for it is no money. */
const lying = new Set(['wrong_amount', 'unknown_order', 'wrong_app', 'wrong_merchant'])

export interface SentNotice {
  readonly message: OutgoingMessage
  /** The fault that it was spoilt with. */
  readonly fault: string | null
  /** A message of the mini program's, in its plain words; null for a notification of a payment. */
  readonly push: { readonly event: string; readonly content: string } | null
}

export class SimulatedWechat {
  readonly credentials = keys.credentials
  readonly messageUrl = `https://shop.example/wechat/messages/${keys.credentials.appid}`
  /** Transactions of which a notification told what is not so. */
  readonly lies = new Set<string>()
  readonly #run: Run
  readonly #labels: Labels
  #wechat: Wechat | null = null
  #fault: string | null = null
  #push: SentNotice['push'] = null

  constructor(run: Run, labels: Labels) {
    this.#run = run
    this.#labels = labels
  }

  /** @param deliver takes a notification to the server; null is silence */
  async open(deliver: (notice: SentNotice) => Promise<number | null>): Promise<void> {
    const { plan } = this.#run
    const seed: Seed = { ...keys, seed: `simulation-${plan.seed}` }
    const ports = this.#ports(deliver)
    this.#wechat = await Wechat.open({ ports, seed, folder: null, name: null })
    this.#wechat.journal.note = () => {}
    const { world } = this.#wechat
    this.#labels.resolve = (transactionId, outRefundNo) => {
      const ofRefund = outRefundNo === null ? undefined : this.refund(outRefundNo)?.trade
      const key = ofRefund ?? world.get('transactions', transactionId ?? '')
      return key?.split('/')[1] ?? null
    }
    const merchant = world.must('merchants', keys.credentials.mchid)
    world.put('merchants', merchant.mchid, { ...merchant, verification: plan.verification })
    const app = world.must('apps', keys.credentials.appid)
    world.put('apps', app.appid, { ...app, ...plan.push, messageUrl: this.messageUrl })
    await this.control('POST', '/_sim/switches', plan.switches)
    this.#armNotices(this.#wechat)
    this.#armPushes(this.#wechat)
  }

  get wechat(): Wechat {
    if (this.#wechat === null) throw new Error('the world is not open yet')
    return this.#wechat
  }

  async control(method: string, path: string, input?: unknown): Promise<Record<string, unknown>> {
    const { status, body } = await dispatchControl(this.wechat, method, path, input)
    return { status, ...(body as Record<string, unknown>) }
  }

  trade(outTradeNo: string): Trade | undefined {
    return this.wechat.world.get('trades', `${keys.credentials.mchid}/${outTradeNo}`)
  }

  trades(): readonly Trade[] {
    return this.wechat.world.values('trades')
  }

  refund(outRefundNo: string): Refund | undefined {
    return this.wechat.world.get('refunds', `${keys.credentials.mchid}/${outRefundNo}`)
  }

  refunds(): readonly Refund[] {
    return this.wechat.world.values('refunds')
  }

  /** A paid order as WeChat's shipping knows it. */
  shippable(transactionId: string): Shippable | undefined {
    const { world } = this.wechat
    const key = world.get('transactions', transactionId)
    return key === undefined ? undefined : shippableOf(world, key)
  }

  /** Orders whose parcels are on the way. */
  shipped(): readonly Shippable[] {
    const { world } = this.wechat
    const keys = world.entries('shipments').filter(([, { state }]) => state === 2)
    return keys.flatMap(([key]) => shippableOf(world, key) ?? [])
  }

  /** Every movement of the merchant's account. */
  flows(): readonly FundFlow[] {
    return this.wechat.world.values('fundFlows')
  }

  /** What the merchant's account holds. */
  balance(): number {
    return fundsOf(this.wechat.world, keys.credentials.mchid).balanceFen
  }

  /** Notifications that WeChat still tries to deliver. */
  pendingNotices(): number {
    return this.wechat.courier.pending
  }

  /** Runs something with one fault of the menu waiting at a point. */
  struck<T>(point: string, kind: string | null, act: () => T): T {
    if (kind === null) return act()
    const { world } = this.wechat
    arm(world, { point, kind, next: true }, 'lane', null)
    try {
      return act()
    } finally {
      world.remove('faults', 'lane')
    }
  }

  #ports(deliver: (notice: SentNotice) => Promise<number | null>): Ports {
    const { scheduler, outside } = this.#run
    return {
      realNowMs: scheduler.now,
      newSeed: () => 'simulation',
      newKeyPair: async () => keys.spareKey,
      after: (delayMs, callback) =>
        scheduler.at(outside, 'alarm', this.#alarmMs(delayMs), callback),
      mayReach: () => true,
      send: async (message): Promise<Delivery> => {
        const status = await deliver({ message, fault: this.#fault, push: this.#push })
        if (status === null) return { got: 'silence', why: 'no answer' }
        return { got: 'answer', status, body: '' }
      },
      say: () => {},
    }
  }

  /** The world's alarms look again each minute; what changes nothing is left out. */
  #alarmMs(delayMs: number): number {
    const nowMs = this.#run.scheduler.now()
    if (delayMs < 60_000 || this.#wechat === null) return nowMs + delayMs
    const { courier, agenda, pusher } = this.#wechat
    const due = [courier, agenda, pusher].flatMap((source) => source.nextDueMs() ?? [])
    return Math.max(nowMs + delayMs, Math.min(...due, nowMs + 86_400_000))
  }

  /** Each attempt may meet a fault of its own, drawn by the notification. */
  #armNotices(wechat: Wechat): void {
    const courier = wechat.courier as unknown as { attempt(id: string): Promise<boolean> }
    const attempt = courier.attempt.bind(courier)
    courier.attempt = (id) => {
      const notification = wechat.world.get('notifications', id)
      const kind = notification === undefined ? null : this.#noticeFault(notification)
      // compose() and send() are reached before anything is waited for.
      this.#fault = kind
      if (kind !== null && lying.has(kind) && notification) this.#lie(notification, kind)
      const result = this.struck('notification', kind, () => attempt(id))
      this.#fault = null
      return result
    }
  }

  /** The same for pushed messages. */
  #armPushes(wechat: Wechat): void {
    const pusher = wechat.pusher as unknown as { attempt(id: string): Promise<boolean> }
    const attempt = pusher.attempt.bind(pusher)
    pusher.attempt = (id) => {
      const push = wechat.world.get('pushes', id)
      const about = `${push?.event} ${push?.attempts}`
      const kind = this.#run.faults.kindAt('push', 'push', about)
      this.#fault = kind
      this.#push = push ?? null
      const result = this.struck('push', kind, () => attempt(id))
      this.#fault = null
      this.#push = null
      return result
    }
  }

  #noticeFault({ trade, refund, attempts }: Notification): string | null {
    const { faults, plan, scheduler } = this.#run
    if (faults.active && plan.armed.has('notice:silent_day')) {
      faults.strikes('notice:silent_day', 'all')
      return 'lost'
    }
    const label = this.#labels.ofTrade(trade.split('/')[1] ?? '')
    const about = `${label} ${refund?.status ?? 'paid'} ${attempts}`
    const drawn = faults.kindAt('notice', 'notification', about)
    // A refund of an unknown number is one that somebody made past us: only WeChat could know better.
    const kind = refund !== undefined && drawn === 'unknown_order' ? null : drawn
    if (kind !== null) scheduler.note(`notice ${kind}`)
    return kind
  }

  #lie({ trade, refund }: Notification, kind: string): void {
    // A refund's message names no app.
    if (refund !== undefined && kind === 'wrong_app') return
    const paid = this.wechat.world.get('trades', trade)?.payment
    if (paid) this.lies.add(paid.transactionId)
  }

  isForged({ fault, push }: SentNotice): boolean {
    if (fault === null) return false
    if (push === null) return forging.has(fault)
    const isSealed = this.#run.plan.push.messageMode !== 'plain'
    return forgingPush.has(fault) || (isSealed && forgingSealed.has(fault))
  }
}
