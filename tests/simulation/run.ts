// seed → verdict. One world, some instances and people, faults; a safety phase, then a liveness phase.

import { instant } from '@minitill/protocol/model'
import { dayOf, daysLater } from '../../server/domain/reconcile/bill-day.ts'
import { acceptNotification } from '../../server/flows/accept-notification.ts'
import { acceptPush } from '../../server/flows/accept-push.ts'
import { Checks } from './checks/index.ts'
import { Cluster } from './cluster/cluster.ts'
import type { Lookout } from './cluster/lookout.ts'
import type { Run } from './context.ts'
import { ambientUse, leave } from './engine/ambient.ts'
import type { SimulatedDatabase } from './engine/database.ts'
import { Life, type Scheduler } from './engine/scheduler.ts'
import { Faults } from './faults.ts'
import { type Ground, simulatedGround } from './ground.ts'
import type { Plan } from './plan.ts'
import { receiveSome, shipSome } from './world/clerk.ts'
import { attendToDifferences, attendToTasks, dutyRounds } from './world/duty.ts'
import { Labels } from './world/labels.ts'
import { MerchantApp } from './world/merchant-app.ts'
import { Network } from './world/network.ts'
import { Person, type Town } from './world/person.ts'
import { openShop, refundSome } from './world/shop.ts'
import { type SentNotice, SimulatedWechat } from './world/wechat.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const safetyMs = 3 * hour
/** Ten times what a long run takes: something turns in circles. */
const mostSteps = ({ people, ordersEach }: Plan) => 20_000 + 2_000 * people * ordersEach
/** WeChat tries a notification for a day and a bit, a refund may take two. */
const longestMs = 4 * day
const sweepEverySteps = 5_000
/** Where nobody watches always: the first look at everything, then after twice as long each. */
const firstLookMs = 2 * minute
const hotTables = 'pgboss.job_common, refund, receipt, payment, customer_order, live_promise'

export interface Verdict {
  readonly seed: number
  readonly hash: string
  /** Orders that reached WeChat. */
  readonly payments: number
  readonly paid: number
  readonly refunds: number
  readonly steps: number
  readonly crashes: number
  readonly violation: { readonly promise: string; readonly text: string } | null
  readonly fired: ReadonlyMap<string, number>
  readonly hits: readonly string[]
  /** Orders that somebody wanted to place. */
  readonly orders: readonly string[]
  readonly lines: readonly string[]
}

/** Runs one seed on an emptied database. */
export async function simulate(plan: Plan, database: SimulatedDatabase): Promise<Verdict> {
  await database.empty()
  return await simulateOn(simulatedGround(plan, database), plan)
}

/** Runs one seed where its database is. */
export async function simulateOn(ground: Ground, plan: Plan): Promise<Verdict> {
  ground.enter()
  const stray = (error: unknown) => simulation.stray(error)
  process.on('unhandledRejection', stray)
  const simulation = new Simulation(plan, ground)
  try {
    return await simulation.run()
  } finally {
    leave()
    process.off('unhandledRejection', stray)
    simulation.close()
  }
}

class Simulation {
  readonly #plan: Plan
  readonly #ground: Ground
  readonly #scheduler: Scheduler
  readonly #run: Run
  readonly #town: Town
  readonly #wechat: SimulatedWechat
  readonly #app: MerchantApp
  readonly #lookout: Lookout
  readonly #checks: Checks
  #violation: Verdict['violation'] = null
  #sweptAtStep = 0

  constructor(plan: Plan, ground: Ground) {
    const { scheduler, postgres } = ground
    this.#plan = plan
    this.#ground = ground
    this.#scheduler = scheduler
    const faults = new Faults(plan, scheduler)
    const turnstile = ground.gate(faults)
    const violation = (promise: string, text: string) => {
      if (this.#violation !== null) return
      this.#violation = { promise, text }
      scheduler.note(`VIOLATION ${promise} ${text}`)
    }
    const outside = new Life('outside')
    const run: Run = { plan, scheduler, faults, turnstile, postgres, outside, violation }
    const labels = new Labels()
    this.#run = run
    this.#wechat = new SimulatedWechat(run, labels)
    this.#app = new MerchantApp(run)
    this.#lookout = ground.lookout(run)
    const network = new Network(run, this.#wechat, labels)
    const parts = { run, wechat: this.#wechat, network, app: this.#app, lookout: this.#lookout }
    const cluster = new Cluster(parts)
    const rest = { bought: new Map<string, string>(), placed: new Map<string, string>() }
    this.#town = { run, cluster, wechat: this.#wechat, labels, ...rest }
    this.#checks = new Checks(this.#town, this.#app)
    turnstile.onCommit = (changes) => {
      this.#lookout.changed(changes)
      this.#checks.touched(changes)
    }
  }

  close(): void {
    this.#run.turnstile.close()
  }

  stray(error: unknown): void {
    this.#run.violation('I-38', `nobody caught ${String(error)}`)
  }

  async run(): Promise<Verdict> {
    void this.#begin()
    // Its plan begins shortly before midnight.
    this.#run.faults.strikes('clock:midnight', 'all')
    if (this.#plan.armed.has('clock:jump_back')) this.#planJumps()
    await this.#safety()
    await this.#liveness()
    return this.#verdict()
  }

  async #safety(): Promise<void> {
    const { scheduler } = this.#run
    const { startMs } = this.#plan
    if (!this.#ground.isWatchedAlways) {
      for (let ms = firstLookMs; ms < safetyMs && this.#violation === null; ms *= 2) {
        await scheduler.run(startMs + ms, this.#after)
        await this.#ground.look(() => this.#checks.everything())
      }
    }
    if (this.#violation === null) await scheduler.run(startMs + safetyMs, this.#after)
  }

  /** What is not settled yet; where nobody watches always, everything is looked at with it. */
  #unsettled(): Promise<string | null> {
    return this.#ground.look(() => {
      if (!this.#ground.isWatchedAlways) this.#checks.everything()
      return this.#checks.unsettled()
    })
  }

  async #begin(): Promise<void> {
    await this.#wechat.open((notice) => this.#deliver(notice))
    await openShop(this.#town, this.#app)
    for (let nth = 0; nth < this.#plan.people; nth += 1) {
      void new Person(this.#town, `p${nth}`).live()
    }
    void refundSome(this.#town)
    void shipSome(this.#town)
    void receiveSome(this.#town)
    void dutyRounds(this.#town)
  }

  /** After each step: is it over, and was a promise broken? */
  #after = (): boolean => {
    const reached = ambientUse()
    if (reached !== null) this.#run.violation('determinism', reached.message)
    if (this.#scheduler.steps > mostSteps(this.#plan))
      this.#run.violation('I-38', 'it does not come to an end')
    if (this.#violation !== null) return true
    this.#lookout.refresh()
    this.#checks.afterStep()
    this.#sweepRows()
    return this.#violation !== null
  }

  /** What autovacuum does: rows that nobody sees any more are not read again and again. */
  #sweepRows(): void {
    const { scheduler, turnstile, postgres } = this.#run
    if (scheduler.steps - this.#sweptAtStep < sweepEverySteps || !turnstile.free) return
    this.#sweptAtStep = scheduler.steps
    postgres.script(`VACUUM ${hotTables}`)
  }

  /** A pushed message reaches the server as its HTTP route takes it. */
  async #deliverPush(notice: SentNotice): Promise<number | null> {
    const { url, body } = notice.message
    const { pathname, searchParams } = new URL(url)
    const appid = pathname.split('/').at(-1) ?? ''
    const raw = { query: Object.fromEntries(searchParams), body: Buffer.from(body) }
    const reply = await this.#town.cluster.ask(`push ${notice.fault ?? ''}`, async (ports) => {
      const accepted = await acceptPush(ports, { appid, raw })
      if (accepted.kind === 'accepted') this.#checks.acknowledged(notice)
      return { accepted: 200, refused: 401, unknown_app: 404 }[accepted.kind]
    })
    return reply.got === 'answer' ? reply.value : null
  }

  /** WeChat's notification reaches the server as its HTTP route takes it. */
  async #deliver(notice: SentNotice): Promise<number | null> {
    if (notice.push !== null) return await this.#deliverPush(notice)
    const { url, headers, body } = notice.message
    const mchid = url.split('/').at(-1) ?? ''
    if (!/^application\/json/.test(headers['content-type'] ?? '')) return 415
    const raw = { headers: Object.entries(headers), body }
    const who = `notify ${notice.fault ?? ''}`
    const reply = await this.#town.cluster.ask(who, async (ports) => {
      const accepted = await acceptNotification(ports, { mchid, raw })
      // At this very moment, and not when the answer arrives: a 2xx is a promise.
      if (accepted.kind === 'accepted') this.#checks.acknowledged(notice)
      return accepted.kind === 'accepted' ? 200 : 401
    })
    return reply.got === 'answer' ? reply.value : null
  }

  #planJumps(): void {
    const { scheduler, faults, outside } = this.#run
    for (let slot = 0; slot < this.#plan.instances; slot += 1) {
      if (!faults.strikes('clock:jump_back', `s${slot}`)) continue
      const atMs = scheduler.now() + scheduler.draws.between(`jump ${slot}`, 0, 90 * minute)
      const byMs = scheduler.draws.between(`jump ${slot}`, 1_000, 10 * minute)
      scheduler.at(outside, `jump ${slot}`, atMs, () => this.#town.cluster.jumpBack(slot, byMs))
    }
  }

  /** No more faults: everything must end, and the books must agree. */
  async #liveness(): Promise<void> {
    const { scheduler, faults, turnstile, postgres } = this.#run
    if (this.#violation !== null) return
    scheduler.note('LIVENESS')
    // What was planned for the empty tables of the beginning is planned anew for full ones.
    if (turnstile.free) postgres.script('DISCARD PLANS')
    faults.active = false
    this.#town.cluster.mend()
    this.#planMorning()
    const calmSinceMs = scheduler.now()
    const endMs = calmSinceMs + longestMs
    for (let nth = 0; scheduler.now() < endMs; nth += 1) {
      // A settled world is looked at once more, so that nothing moves that should not.
      const wasSettled = (await this.#unsettled()) === null
      await scheduler.run(scheduler.now() + (nth < 4 ? 20 * minute : 3 * hour), this.#after)
      await this.#ground.look(() => this.#checks.inCalm(calmSinceMs))
      if (this.#violation !== null) return
      const isOver = wasSettled && nth > 2 && !faults.morning
      if (isOver && (await this.#unsettled()) === null) break
      void attendToTasks(this.#town)
      void attendToDifferences(this.#town)
    }
    await this.#ground.look(() => this.#checks.atEnd())
  }

  /** The first bills come at ten on the next day, and meet faults of their own until one. */
  #planMorning(): void {
    const { scheduler, faults, outside } = this.#run
    const { beginMs } = daysLater(dayOf(instant(this.#plan.startMs)), 1)
    scheduler.at(outside, 'morning', beginMs + 10 * hour, () => {
      scheduler.note('MORNING')
      faults.morning = true
    })
    scheduler.at(outside, 'morning', beginMs + 13 * hour, () => {
      faults.morning = false
      this.#town.cluster.mend()
    })
  }

  #verdict(): Verdict {
    const { faults, plan } = this.#run
    const trades = this.#wechat.trades()
    const people = Array.from({ length: plan.people }, (_, nth) => `p${nth}`)
    const all = people.flatMap((name) =>
      Array.from({ length: plan.ordersEach }, (_, nth) => `${name}o${nth}`),
    )
    return {
      seed: plan.seed,
      hash: this.#scheduler.hash,
      payments: trades.length,
      paid: trades.filter(({ payment }) => payment !== null).length,
      refunds: this.#wechat.refunds().length,
      steps: this.#scheduler.steps,
      crashes: this.#town.cluster.crashes,
      violation: this.#violation,
      fired: faults.fired,
      hits: faults.hits,
      orders: all.filter((label) => plan.keep === null || plan.keep.has(label)),
      lines: this.#scheduler.lastLines(40),
    }
  }
}
