// The way of all instances to a real PostgreSQL.
import type pg from 'pg'
import type { Gate, OnCommit } from '../engine/gate.ts'
import type { Life } from '../engine/scheduler.ts'
import { anything, RealPool, type Wiring } from './pool.ts'

/** An idle transaction is ended by the server after so long (`clientConfig`). */
const idleInTransactionMs = 10_000

/** When what is due is read anew after a death: at once, and when whatever was sent is surely done. */
const afterDeathMs = [0, 5_000, 60_000]

export class RealGate implements Gate {
  /** Only while a checker looks at the copy: nothing of a real database can be read at once. */
  free = false
  onCommit: OnCommit = () => {}
  readonly #wiring: Wiring
  readonly #pools = new Map<Life, RealPool>()

  constructor(wiring: Omit<Wiring, 'committed'>) {
    this.#wiring = { ...wiring, committed: (changes) => this.onCommit(changes) }
  }

  pool(life: Life, outside: Life): pg.Pool {
    const pool = new RealPool(this.#wiring, life)
    this.#pools.set(life, pool)
    life.onDeath.push(() => this.#died(life, outside))
    return pool as unknown as pg.Pool
  }

  /** What a dead process had sent may still be done by the server, and nobody is told. */
  #died(life: Life, outside: Life): void {
    const { scheduler } = this.#wiring
    this.#pools.delete(life)
    for (const laterMs of afterDeathMs) {
      scheduler.at(outside, 'after a death', scheduler.now() + laterMs, () =>
        this.onCommit([anything]),
      )
    }
  }

  /** In virtual time too a frozen process loses its transaction; nobody may wait for it by then. */
  froze(life: Life, outside: Life): void {
    const { scheduler } = this.#wiring
    scheduler.at(outside, 'patience', scheduler.now() + idleInTransactionMs, () => {
      if (life.frozenUntilMs > scheduler.now()) this.#pools.get(life)?.loseTransactions()
    })
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.cut()
    this.#pools.clear()
  }
}
