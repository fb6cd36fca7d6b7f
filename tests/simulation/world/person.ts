// A person with a phone, as WeChat and the mini program see them: what they tap, and how patient they
// are. Every draw is keyed by the order that it is about.
import { createHash } from 'node:crypto'
import { bindPhone } from '../../../server/flows/bind-phone.ts'
import { cancelOrder } from '../../../server/flows/cancel-order.ts'
import { confirmPayment } from '../../../server/flows/confirm-payment.ts'
import { logIn } from '../../../server/flows/log-in.ts'
import { placeOrder } from '../../../server/flows/place-order.ts'
import { startPayment } from '../../../server/flows/start-payment.ts'
import { type Caller, whoAmI } from '../../../server/flows/who-am-i.ts'
import type { CallUp, Ports } from '../../../server/ports/index.ts'
import type { Cluster, Reply } from '../cluster/cluster.ts'
import type { Run } from '../context.ts'
import type { Labels } from './labels.ts'
import { productIds } from './shop.ts'
import type { SimulatedWechat } from './wechat.ts'

export interface Town {
  readonly run: Run
  readonly cluster: Cluster
  readonly wechat: SimulatedWechat
  readonly labels: Labels
  /** Everybody who paid at WeChat, by order; what the shop may refund. */
  readonly bought: Map<string, string>
  /** Idempotency keys that were used, with the one answer that each may have. */
  readonly placed: Map<string, string>
}

const minute = 60_000
const patience = 6

type Called =
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'ok'; readonly value: unknown }

export class Person {
  readonly name: string
  readonly #town: Town
  #id = ''
  #token: string | null = null

  constructor(town: Town, name: string) {
    this.#town = town
    this.name = name
  }

  async live(): Promise<void> {
    const { run, wechat, labels } = this.#town
    const person = await wechat.control('POST', '/_sim/people', {
      name: this.name,
      balance: 10_000_000,
    })
    this.#id = String(person['id'])
    const openids = person['openids'] as Record<string, string>
    labels.person(openids[wechat.credentials.appid] ?? '', this.name)
    const { draws } = run.scheduler
    for (let nth = 0; nth < run.plan.ordersEach; nth += 1) {
      const label = `${this.name}o${nth}`
      const thinkMs = draws.between(`think ${label}`, 0, run.plan.thinkMs)
      if (run.plan.keep !== null && !run.plan.keep.has(label)) continue
      await this.#wait(label, thinkMs)
      await this.#buys(label)
    }
  }

  #wait(label: string, ms: number): Promise<void> {
    const { scheduler, outside } = this.#town.run
    return scheduler.park(outside, `wait ${label}`, ms)
  }

  /** Asks with the token of this phone, logging in first where that is needed. */
  async #call<T>(
    label: string,
    act: (ports: Ports, caller: Caller) => Promise<T>,
  ): Promise<T | null> {
    for (let tries = 0; tries < patience; tries += 1) {
      const token = this.#token ?? (await this.#logsIn(label))
      if (token !== null) {
        const reply = await this.#once(label, token, act)
        if (reply.got === 'answer' && reply.value.kind === 'ok') return reply.value.value as T
        if (reply.got === 'answer') this.#token = null
      }
      const { draws } = this.#town.run.scheduler
      await this.#wait(label, draws.between(`again ${label}`, 500, 8_000))
    }
    return null
  }

  #once<T>(
    label: string,
    token: string,
    act: (ports: Ports, caller: Caller) => Promise<T>,
  ): Promise<Reply<Called>> {
    return this.#town.cluster.ask(label, async (ports): Promise<Called> => {
      const caller = await whoAmI(ports, token)
      if (caller === null) return { kind: 'unauthenticated' }
      return { kind: 'ok', value: await act(ports, caller) }
    })
  }

  async #logsIn(label: string): Promise<string | null> {
    const { cluster, wechat, run } = this.#town
    const { code } = await wechat.control('POST', '/_sim/login', { person: this.#id })
    if (typeof code !== 'string') return null
    const login = () =>
      cluster.ask(`login ${label}`, (ports) =>
        logIn(ports, { code, appid: null, oldToken: this.#token }),
      )
    // I-2: the same code twice gives one session, whichever instance gets it first.
    const replies = run.faults.strikes('person:double_tap', `login ${label}`)
      ? await Promise.all([login(), login()])
      : [await login()]
    const tokens = replies.flatMap((reply) =>
      reply.got === 'answer' && reply.value.kind === 'logged_in' ? [reply.value.token] : [],
    )
    if (tokens.length > 1) run.violation('I-2', `one login code gave ${tokens.length} sessions`)
    this.#token = tokens[0] ?? null
    return this.#token
  }

  async #buys(label: string): Promise<void> {
    const { run } = this.#town
    const { draws } = run.scheduler
    const orderId = await this.#places(label)
    if (orderId === null) return
    if (run.faults.strikes('mini:two_at_once', label)) this.#bindsPhone(label)
    if (run.faults.strikes('person:cancels_while_starting', label)) {
      void this.#wait(label, draws.between(`haste ${label}`, 0, 600)).then(() =>
        this.#cancels(label, orderId),
      )
    }
    const callUp = await this.#starts(label, orderId)
    if (callUp === null) return
    if (run.faults.strikes('person:leaves', label)) return
    if (run.faults.strikes('person:pays_while_cancelling', label)) {
      await Promise.all([
        this.#cancels(label, orderId),
        this.#wait(`pays ${label}`, draws.between(`race ${label}`, 0, 600)).then(() =>
          this.#pays(label, orderId, callUp),
        ),
      ])
      return
    }
    if (draws.chance(`cancels ${label}`, 0.08)) return void (await this.#cancels(label, orderId))
    await this.#wait(label, this.#typesMs(label))
    if (run.faults.strikes('person:cancels_then_pays', label)) {
      await this.#cashier(callUp, 'cancel')
      await this.#confirms(label, orderId)
      await this.#wait(label, 5_000)
      const again = await this.#starts(label, orderId)
      if (again !== null) await this.#pays(label, orderId, again)
      return
    }
    await this.#pays(label, orderId, callUp)
  }

  /** How long it takes until the password is typed. */
  #typesMs(label: string): number {
    const { run } = this.#town
    const { draws } = run.scheduler
    const endMs = run.plan.orderTtlMs
    if (run.faults.strikes('person:pays_late', label)) {
      return draws.between(`late ${label}`, endMs, endMs + 40 * minute)
    }
    if (run.faults.strikes('person:last_second', label)) {
      return Math.max(0, endMs + draws.between(`edge ${label}`, -15_000, 3_000))
    }
    return draws.between(`types ${label}`, 500, 15_000)
  }

  /** Places the order; a double tap sends the same key twice, and silence the same key again. */
  async #places(label: string): Promise<string | null> {
    const { run, placed } = this.#town
    const { draws } = run.scheduler
    const lines = [
      { productId: draws.pick(`what ${label}`, productIds), quantity: draws.between(label, 1, 3) },
    ]
    const key = `key-${label}`
    const requestHash = createHash('sha256').update(JSON.stringify(lines)).digest('hex')
    const place = (who: string) =>
      this.#call(who, async (ports, { account, session }) => {
        const { accounts } = ports.store.read
        const identity = await accounts.identityOf(account.id, session.appid)
        if (identity === null) return null
        return await placeOrder(ports, {
          accountId: account.id,
          appid: session.appid,
          openid: identity.openid,
          ...{ lines, key, requestHash },
          present: ({ order }) => JSON.stringify({ id: order.id, total: order.totalFen }),
        })
      })
    const results = run.faults.strikes('person:double_tap', `place ${label}`)
      ? await Promise.all([place(label), place(`${label}'`)])
      : [await place(label)]
    for (const result of results) {
      if (result?.kind !== 'placed') continue
      const first = placed.get(`${this.name} ${key}`) ?? result.body
      placed.set(`${this.name} ${key}`, first)
      if (first !== result.body) run.violation('I-8', `${key} placed ${first} and ${result.body}`)
    }
    const body = placed.get(`${this.name} ${key}`)
    return body === undefined ? null : String((JSON.parse(body) as { id: string }).id)
  }

  async #starts(label: string, orderId: string): Promise<CallUp | null> {
    const { run } = this.#town
    const start = (who: string) =>
      this.#call(who, (ports, { account, session: { appid } }) =>
        startPayment(ports, { accountId: account.id, orderId, appid }),
      )
    for (let tries = 0; tries < patience; tries += 1) {
      const results = run.faults.strikes('person:two_devices', `pay ${label}`)
        ? await Promise.all([start(label), start(`${label}'`)])
        : [await start(label)]
      const ready = results.find((result) => result?.kind === 'ready')
      if (ready?.kind === 'ready') return ready.callUp
      if (results.some((result) => result?.kind === 'order_paid')) return null
      if (results.some((result) => result?.kind === 'order_closed')) return null
      if (run.faults.strikes('person:gives_up', label)) {
        if (run.scheduler.draws.chance(`leaves ${label}`, 0.5)) return null
        await this.#cancels(label, orderId)
        return null
      }
      await this.#wait(label, 3_000)
    }
    return null
  }

  async #cashier(callUp: CallUp, action: string): Promise<Record<string, unknown>> {
    const { wechat, run } = this.#town
    const call = { person: this.#id, ...callUp, action }
    const kind = run.faults.kindAt('cashier', 'cashier', this.name)
    return await wechat.struck('cashier', kind, () => wechat.control('POST', '/_sim/cashier', call))
  }

  async #pays(label: string, orderId: string, callUp: CallUp): Promise<void> {
    const { run, bought } = this.#town
    const result = await this.#cashier(callUp, 'pay')
    run.scheduler.note(`${label} cashier ${result['errMsg']} ${result['trade_state']}`)
    if (result['trade_state'] === 'SUCCESS') bought.set(label, orderId)
    if (run.faults.strikes('person:killed_after_paying', label)) return
    if (result['errMsg'] !== null) await this.#confirms(label, orderId)
  }

  async #confirms(label: string, orderId: string): Promise<void> {
    await this.#call(label, (ports, { account }) =>
      confirmPayment(ports, { accountId: account.id, orderId }),
    )
  }

  async #cancels(label: string, orderId: string): Promise<void> {
    await this.#call(label, (ports, { account }) =>
      cancelOrder(ports, { accountId: account.id, orderId }),
    )
  }

  /** Two taps on two devices at once: two instances want the app's token at the same time. */
  #bindsPhone(label: string): void {
    const { wechat } = this.#town
    for (const device of ['a', 'b']) {
      void wechat
        .control('POST', '/_sim/phone-code', { person: this.#id })
        .then(({ code }) =>
          this.#call(`phone ${label}${device}`, (ports, caller) =>
            bindPhone(ports, caller, String(code)),
          ),
        )
    }
  }
}
