// A whole WeChat in this process: real crypto, virtual time, and a merchant whose answers a test
// decides. What it sends is kept.

import { realPorts } from '../adapters/real.ts'
import { header, type WireRequest } from '../api/wire.ts'
import { type Arming, arm, strike } from '../mischief.ts'
import {
  actInCashier,
  type CashierAction,
  type CashierCall,
  type CashierResult,
} from '../phone/cashier.ts'
import { openidOf } from '../phone/login.ts'
import type { Delivery, OutgoingMessage, Ports } from '../ports.ts'
import { makeSeed, type Seed } from '../seed.ts'
import { DEFAULT_SWITCHES, type SwitchValues } from '../switches.ts'
import { Wechat } from '../wechat.ts'
import { type Answer, TestMerchant, type Transport } from './merchant.ts'

export interface Box {
  readonly wechat: Wechat
  readonly merchant: TestMerchant
  readonly seed: Seed
  readonly sent: OutgoingMessage[]
  /** What the merchant's server answers to notifications from now on. */
  respond: (message: OutgoingMessage) => Promise<Delivery>
  /** Runs the timers that have become due. */
  passTime(ms: number): Promise<void>
  /** The seeded person does something in the cashier. */
  use(prepayId: unknown, action: CashierAction, more?: Partial<CashierCall>): CashierResult
  /** The seeded person's openid in the seeded app. */
  readonly openid: string
  /** Sets switches until the next call; none puts the defaults back. */
  set(values?: Partial<SwitchValues>): void
  /** Arms a fault; the returned function disarms all. */
  arm(point: string, kind: string, more?: Partial<Arming>): () => void
  /** Opens another WeChat over the same ports, for instance on the same folder. */
  open(folder: string | null): Promise<Wechat>
}

export const BEGIN_MS = Date.parse('2026-11-23T03:00:00Z')

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

/** Ports whose time stands still until it is passed. */
function virtualPorts(sent: OutgoingMessage[], respond: () => Box['respond']) {
  const real = realPorts('silent')
  const state = { nowMs: BEGIN_MS, timers: new Set<Timer>() }
  const ports: Ports = {
    realNowMs: () => state.nowMs,
    newSeed: real.newSeed,
    newKeyPair: real.newKeyPair,
    after: (delayMs, run) => {
      const timer = { atMs: state.nowMs + delayMs, run }
      state.timers.add(timer)
      return () => state.timers.delete(timer)
    },
    mayReach: real.mayReach,
    send: (message) => {
      sent.push(message)
      return respond()(message)
    },
    say: () => undefined,
  }
  return { ports, state }
}

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done))
}

function inProcess(wechat: () => Wechat): Transport {
  return async (method, url, headers, body): Promise<Answer> => {
    const request: WireRequest = { method, url, headers, body: Buffer.from(body) }
    const { reply, transport } = await wechat().answer(request)
    const text = Buffer.from(reply.body).toString('utf8')
    const lost = transport === 'drop' || transport === 'reset'
    return {
      status: lost ? 0 : reply.status,
      headers: new Headers({ ...reply.headers }),
      text: lost ? '' : text,
      bytes: lost ? Buffer.alloc(0) : Buffer.from(reply.body),
      json: lost || !text.startsWith('{') ? {} : JSON.parse(text),
    }
  }
}

/** What a test does to the world without HTTP. */
function deeds(wechat: Wechat, merchant: TestMerchant) {
  const { world, keys } = wechat
  const { defaultAppid: appid, defaultPerson: person } = world.meta
  return {
    openid: openidOf(world, appid, person),
    use: (prepayId: unknown, action: CashierAction, more: Partial<CashierCall> = {}) => {
      const call = { appid, person, ...merchant.payment(String(prepayId)), ...more }
      const result = actInCashier(world, keys, call, action, strike(world, 'cashier'))
      void wechat.commit()
      return result
    },
    set: (values?: Partial<SwitchValues>) => {
      if (values === undefined) world.remove('switches', 'world')
      else world.put('switches', 'world', { ...DEFAULT_SWITCHES, ...values })
    },
    arm: (point: string, kind: string, more: Partial<Arming> = { next: true }) => {
      arm(world, { point, kind, ...more }, `t${world.count('faults')}`, null)
      return () => {
        for (const { id } of world.values('faults')) world.remove('faults', id)
      }
    },
  }
}

export async function openBox(given?: Seed): Promise<Box> {
  const sent: OutgoingMessage[] = []
  let respond: Box['respond'] = async () => ({ got: 'answer', status: 204, body: '' })
  const { ports, state } = virtualPorts(sent, () => respond)
  const seed = given ?? (await makeSeed(ports, 'box'))
  const open = (folder: string | null) => Wechat.open({ ports, seed, folder, name: null })
  const wechat = await open(null)
  const now = () => wechat.world.nowMs()
  const merchant = new TestMerchant(
    inProcess(() => wechat),
    seed.credentials,
    now,
  )
  const passTime = async (ms: number) => {
    state.nowMs += ms
    await settled()
    for (const timer of [...state.timers].filter(({ atMs }) => atMs <= state.nowMs)) {
      state.timers.delete(timer)
      timer.run()
      await settled()
    }
  }
  return {
    wechat,
    merchant,
    ...deeds(wechat, merchant),
    seed,
    sent,
    get respond() {
      return respond
    },
    set respond(value) {
      respond = value
    },
    passTime,
    open,
  }
}

export function sentHeader(message: OutgoingMessage, name: string): string {
  return header({ method: 'POST', url: '', headers: message.headers, body: message.body }, name)
}
