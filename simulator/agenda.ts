// What WeChat does by itself on simulated time without sending anything: it changes its own state.
import type { DueSource } from './due.ts'
import { DueQueue } from './due-queue.ts'
import type { Ports } from './ports.ts'
import type { Change, TableName } from './state.ts'
import type { World } from './world.ts'

const LONGEST_SLEEP_MS = 60_000
const MOST_AT_ONCE = 200

/** One kind of work that falls due with an entity of a table. */
export interface Chore {
  readonly table: TableName
  /** When the work on this entity falls due; null when none is left. */
  dueMs(world: World, key: string): number | null
  /** Does it. Afterwards `dueMs` must name a later instant, or null. */
  run(world: World, key: string): void
}

export interface AgendaHome {
  readonly world: World
  readonly ports: Ports
  readonly commit: () => Promise<void>
  readonly chores: readonly Chore[]
}

export class Agenda implements DueSource {
  readonly #home: AgendaHome
  readonly #queue = new DueQueue()
  readonly #chores: ReadonlyMap<string, Chore>
  #cancelTimer: (() => void) | null = null
  #stopped = false
  #held = false

  constructor(home: AgendaHome) {
    this.#home = home
    this.#chores = new Map(home.chores.map((chore) => [chore.table, chore]))
    for (const { table } of home.chores) {
      for (const [key] of home.world.entries(table)) this.#look(table, key)
    }
  }

  #look(table: TableName, key: string): void {
    const chore = this.#chores.get(table)
    if (chore !== undefined) this.#queue.set(`${table} ${key}`, chore.dueMs(this.#home.world, key))
  }

  /** Learns of new and changed entities; called with every commit. */
  noticed(changes: readonly Change[]): void {
    for (const [table, key] of changes) this.#look(table, key)
    this.schedule()
  }

  /** Sets the alarm for what falls due next in real time. */
  schedule(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const next = this.nextDueMs()
    if (this.#held || next === null) return
    const waitMs = Math.min(Math.max(0, next - this.#home.world.nowMs()), LONGEST_SLEEP_MS)
    // Receipts of next week keep no test run from ending that forgot to stop its WeChat.
    const work = () => {
      // A disk that fails is told by the next answer.
      this.#runDue().catch(() => undefined)
    }
    this.#cancelTimer = this.#home.ports.after(waitMs, work, true)
  }

  nextDueMs(): number | null {
    return this.#stopped ? null : (this.#queue.first()?.atMs ?? null)
  }

  async hold(): Promise<void> {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.schedule()
  }

  async runNext(): Promise<null> {
    await this.#runDue()
    return null
  }

  /** All that is due now, in one step that the disk keeps. */
  async #runDue(): Promise<void> {
    const { world, commit } = this.#home
    const now = world.nowMs()
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      const next = this.#queue.first()
      if (next === null || next.atMs > now) break
      const at = next.key.indexOf(' ')
      const [table, key] = [next.key.slice(0, at), next.key.slice(at + 1)]
      const chore = this.#chores.get(table)
      chore?.run(world, key)
      this.#queue.set(next.key, chore?.dueMs(world, key) ?? null)
    }
    await commit()
    this.schedule()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
  }
}
