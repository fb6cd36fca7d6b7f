// What all seeds of a run on a real PostgreSQL come to.
import type { Verdict } from '../run.ts'
import type { Bustle } from './arena.ts'

/** Fewer than these, and nothing was shown. */
const least = { open: 32, inFlight: 8 }

export class Totals {
  broken = 0
  readonly fired = new Map<string, number>()
  readonly #codes = new Map<string, number>()
  readonly #sums = { seeds: 0, payments: 0, crashes: 0, sent: 0, lockWaits: 0, deadlocks: 0 }
  readonly #most = { open: 0, inFlight: 0, active: 0 }

  add(verdict: Verdict, bustle: Bustle): void {
    const sums = this.#sums
    sums.seeds += 1
    sums.payments += verdict.payments
    sums.crashes += verdict.crashes
    sums.sent += bustle.sent
    sums.lockWaits += bustle.lockWaits
    sums.deadlocks += bustle.deadlocks.length
    this.broken += verdict.violation === null ? 0 : 1
    for (const name of ['open', 'inFlight', 'active'] as const) {
      this.#most[name] = Math.max(this.#most[name], bustle[name])
    }
    addUp(this.#codes, bustle.codes)
    addUp(this.fired, verdict.fired)
  }

  /** Whether there was a crowd at the database at all. */
  get isCrowd(): boolean {
    return this.#most.open >= least.open && this.#most.inFlight >= least.inFlight
  }

  whyNoCrowd(): string {
    return `NO CROWD: ${least.open} connections and ${least.inFlight} statements at once are wanted`
  }

  /** One line for the record. */
  summary(seconds: number): string {
    const { seeds, payments, crashes, deadlocks, ...rest } = this.#sums
    const codes = [...this.#codes].map(([code, count]) => `${code} ${count}`).join(', ')
    return (
      `${payments} payments over ${seeds} seeds on PostgreSQL, ${crashes} crashes; ` +
      `${crowdLine({ ...rest, ...this.#most })}; ${deadlocks} deadlocks; ` +
      `errors ${codes || 'none'}; ${this.broken} violations in ${seconds.toFixed(0)} s`
    )
  }
}

/** How crowded it was. */
export const crowdLine = ({
  open,
  active,
  inFlight,
  sent,
  lockWaits,
}: Omit<Bustle, 'deadlocks' | 'codes'>): string =>
  `${open} connections open at once, ${inFlight} statements on their way at once, ${active} seen at ` +
  `work at once, ${lockWaits} seen waiting for a lock, ${sent} in all`

function addUp(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count)
}
