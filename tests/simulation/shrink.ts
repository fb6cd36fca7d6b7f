// Makes a failing run small: fewer orders, fewer single firings of faults, fewer instances, for as
// long as the same promise breaks.
import type { SimulatedDatabase } from './engine/database.ts'
import type { Plan } from './plan.ts'
import { simulate, type Verdict } from './run.ts'

export interface Shrunk {
  readonly plan: Plan
  readonly verdict: Verdict
  readonly runs: number
}

/** @param most runs at most, because some failures hide as soon as anything is left out */
export async function shrink(
  plan: Plan,
  failed: Verdict,
  database: SimulatedDatabase,
  most = 120,
): Promise<Shrunk> {
  const shrinker = new Shrinker(plan, failed, database, most)
  for (let steps = Number.POSITIVE_INFINITY; shrinker.verdict.steps < steps; ) {
    steps = shrinker.verdict.steps
    await shrinker.fewerOrders()
    await shrinker.fewerFaults()
    await shrinker.fewerInstances()
  }
  return shrinker
}

class Shrinker implements Shrunk {
  plan: Plan
  verdict: Verdict
  runs = 0
  readonly #promise: string
  readonly #database: SimulatedDatabase
  readonly #most: number

  constructor(plan: Plan, failed: Verdict, database: SimulatedDatabase, most: number) {
    this.plan = plan
    this.verdict = failed
    this.#promise = failed.violation?.promise ?? ''
    this.#database = database
    this.#most = most
  }

  async fewerOrders(): Promise<void> {
    await this.#fewer(this.verdict.orders, (keep) => ({ ...this.plan, keep }))
  }

  async fewerFaults(): Promise<void> {
    await this.#fewer(this.verdict.hits, (allowed) => ({ ...this.plan, allowed }))
  }

  async fewerInstances(): Promise<void> {
    for (let instances = 1; instances < this.plan.instances; instances += 1) {
      if (await this.#fails({ ...this.plan, instances })) return
    }
  }

  /** ddmin: leaves out halves, then quarters, at last single ones. */
  async #fewer(all: readonly string[], planWith: (kept: Set<string>) => Plan): Promise<void> {
    let items = [...all]
    for (let size = Math.ceil(items.length / 2); size >= 1; size = next(size)) {
      for (let at = 0; at < items.length; ) {
        const kept = items.filter((_, nth) => nth < at || nth >= at + size)
        if (await this.#fails(planWith(new Set(kept)))) items = kept
        else at += size
      }
    }
  }

  /** Whether the same promise breaks with this plan; then it is the one to go on from. */
  async #fails(plan: Plan): Promise<boolean> {
    if (this.runs >= this.#most) return false
    this.runs += 1
    const verdict = await simulate(plan, this.#database)
    if (verdict.violation?.promise !== this.#promise) return false
    this.plan = plan
    this.verdict = verdict
    return true
  }
}

const next = (size: number): number => (size === 1 ? 0 : Math.ceil(size / 2))
