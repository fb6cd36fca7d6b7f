// The instances behind one address: who answers a request, who crashes, freezes, stops and comes back.
import type { Ports } from '../../../server/ports/index.ts'
import { Life } from '../engine/scheduler.ts'
import { boot, type Instance, type Surroundings } from './instance.ts'

export type Reply<T> = { readonly got: 'answer'; readonly value: T } | { readonly got: 'silence' }

const requestTimeoutMs = 30_000
const bootMs = { least: 500, most: 20_000 }
/** Longer than the lease of a job, now and then. */
const freezeMs = { least: 2_000, most: 200_000 }

/** An error that a flow may throw, which HTTP answers 500 or 503 to. */
const badLuck =
  /deadlock detected|Connection terminated|terminating connection|^StoreAway|StaleVersion|changed by somebody else/

export class Cluster {
  readonly #around: Surroundings
  readonly #slots: (Instance | null)[]
  readonly #skews: number[]
  #born = 0
  crashes = 0

  constructor(around: Surroundings) {
    this.#around = around
    const { plan, scheduler, faults } = around.run
    this.#slots = Array.from({ length: plan.instances }, () => null)
    this.#skews = this.#slots.map((_, slot) => {
      if (!faults.strikes('clock:skew', `s${slot}`)) return 0
      // Most clocks that are wrong are wrong by little; beyond five minutes nothing is believed.
      // WeChat refuses whoever is wrong by five minutes: somebody must be able to work.
      const mayBeFar = slot > 0 && scheduler.draws.chance(`skew ${slot}`, 0.3)
      const far = mayBeFar ? 600_000 : 120_000
      return scheduler.draws.between(`skew ${slot}`, -far, far)
    })
    for (let slot = 0; slot < plan.instances; slot += 1) this.#rise(slot, 0)
  }

  get alive(): readonly Instance[] {
    return this.#slots.filter((one) => one !== null)
  }

  /** Liveness begins: clocks are right, and nobody sleeps on. */
  mend(): void {
    this.#skews.fill(0)
    for (const { life } of this.alive) {
      life.frozenUntilMs = Math.min(life.frozenUntilMs, this.#around.run.scheduler.now())
    }
  }

  /** One instance's clock is set back. */
  jumpBack(slot: number, byMs: number): void {
    this.#skews[slot] = (this.#skews[slot] ?? 0) - byMs
  }

  /** A request from outside: an answer, or silence when nobody is there or the instance died. */
  ask<T>(who: string, act: (ports: Ports) => Promise<T>): Promise<Reply<T>> {
    const { scheduler, outside } = this.#around.run
    return new Promise((resolve) => {
      let over = false
      const end = (reply: Reply<T>) => {
        if (over) return
        over = true
        const backMs = scheduler.draws.between(`reply ${who}`, 2, 40)
        scheduler.at(outside, `reply ${who}`, scheduler.now() + backMs, () => resolve(reply))
      }
      const serving = this.alive
      if (serving.length === 0) return end({ got: 'silence' })
      const { life, ports } = scheduler.draws.pick(`route ${who}`, serving)
      life.onDeath.push(() => end({ got: 'silence' }))
      scheduler.at(outside, `patience ${who}`, scheduler.now() + requestTimeoutMs, () =>
        end({ got: 'silence' }),
      )
      const arrivesMs = scheduler.now() + scheduler.draws.between(`arrive ${who}`, 2, 40)
      scheduler.at(life, `ask ${who}`, arrivesMs, () => {
        act(ports).then(
          (value) => end({ got: 'answer', value }),
          (error: unknown) => {
            this.#failed(who, error)
            end({ got: 'silence' })
          },
        )
      })
    })
  }

  #failed(who: string, error: unknown): void {
    const { run } = this.#around
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    run.scheduler.note(`500 ${who} ${text}`)
    if (!badLuck.test(text)) run.violation('I-38', `a request met a mistake: ${who} ${text}`)
  }

  #rise(slot: number, afterMs: number): void {
    const { scheduler, outside } = this.#around.run
    scheduler.at(outside, `boot ${slot}`, scheduler.now() + afterMs, () => {
      void this.#start(slot)
    })
  }

  async #start(slot: number): Promise<void> {
    const { scheduler } = this.#around.run
    const life = new Life(`s${slot}.${this.#born}`)
    this.#born += 1
    scheduler.note(`${life.name} boots`)
    const points = { reach: (name: string) => this.#reach(slot, life, name) }
    const skewMs = () => this.#skews[slot] ?? 0
    // Bad luck may strike a boot too: whoever watches over the process starts it again.
    life.onDeath.push(() => this.#gone(slot))
    try {
      const instance = await boot(this.#around, life, points, skewMs)
      this.#slots[slot] = instance
    } catch (error) {
      this.#failed(`boot ${slot}`, error)
      scheduler.kill(life)
    }
  }

  #gone(slot: number): void {
    const { scheduler } = this.#around.run
    this.#slots[slot] = null
    this.#rise(slot, scheduler.draws.between(`reboot ${slot}`, bootMs.least, bootMs.most))
  }

  /** A named point of a phase: here a process may die, freeze or be told to stop. */
  #reach(slot: number, life: Life, name: string): Promise<void> {
    const { faults, scheduler, turnstile, outside } = this.#around.run
    if (faults.strikes('process:crash', name)) {
      this.crashes += 1
      scheduler.note(`CRASH ${life.name} at ${name}`)
      scheduler.kill(life)
      return new Promise(() => {})
    }
    if (faults.strikes('process:freeze', name)) {
      const ms = scheduler.draws.between(`freeze ${name}`, freezeMs.least, freezeMs.most)
      life.frozenUntilMs = scheduler.now() + ms
      scheduler.note(`FREEZE ${life.name} at ${name} for ${ms} ms`)
      turnstile.froze(life, outside)
      return scheduler.park(life, `thaw ${life.name}`, 0)
    }
    if (faults.strikes('process:stop', name)) this.#stop(slot, life)
    return Promise.resolve()
  }

  /** A rolling restart: no new work, what is in hand ends, and after nine seconds the process too. */
  #stop(slot: number, life: Life): void {
    const { scheduler, outside } = this.#around.run
    const instance = this.#slots[slot]
    if (instance === null || instance === undefined || instance.life !== life) return
    scheduler.note(`STOP ${life.name}`)
    this.#slots[slot] = null
    const end = () => scheduler.kill(life)
    void instance.stop().then(end)
    scheduler.at(outside, `stop ${slot}`, scheduler.now() + 9_000, end)
  }
}
