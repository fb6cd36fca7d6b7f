import { type Draw, drawOf } from './draw.ts'
import type { Change, Meta, TableName, Tables } from './state.ts'
import { TABLE_NAMES } from './state.ts'
import { DEFAULT_SWITCHES, type SwitchValues } from './switches.ts'

type Maps = { readonly [T in TableName]: Map<string, Tables[T]> }

/**
 * All state of one simulated WeChat, its seed and its clock. Synchronous and without any outside
 * call: a handler reads and puts entities, and whoever called it takes the changes to the disk.
 */
export class World {
  readonly #maps: Maps
  readonly #realNowMs: () => number
  #changes: Change[] = []

  constructor(realNowMs: () => number) {
    this.#realNowMs = realNowMs
    const maps = TABLE_NAMES.map((name) => [name, new Map<string, unknown>()])
    this.#maps = Object.fromEntries(maps) as Maps
  }

  get<T extends TableName>(table: T, key: string): Tables[T] | undefined {
    return this.#maps[table].get(key)
  }

  /** The entity, for those that are known to exist. RangeError otherwise. */
  must<T extends TableName>(table: T, key: string): Tables[T] {
    const value = this.get(table, key)
    if (value === undefined) throw new RangeError(`no such entity in ${table}`)
    return value
  }

  put<T extends TableName>(table: T, key: string, value: Tables[T]): void {
    this.#maps[table].set(key, value)
    this.#changes.push([table, key, value])
  }

  remove(table: TableName, key: string): void {
    if (this.#maps[table].delete(key)) this.#changes.push([table, key, null])
  }

  /** Keys and values, oldest first. */
  entries<T extends TableName>(table: T): readonly (readonly [string, Tables[T]])[] {
    return [...this.#maps[table].entries()]
  }

  values<T extends TableName>(table: T): readonly Tables[T][] {
    return [...this.#maps[table].values()]
  }

  count(table: TableName): number {
    return this.#maps[table].size
  }

  /** The oldest key of a table: Map keeps the order in which keys were first put. */
  oldest(table: TableName): string | undefined {
    return this.#maps[table].keys().next().value
  }

  get meta(): Meta {
    return this.must('meta', 'world')
  }

  get switches(): SwitchValues {
    return this.get('switches', 'world') ?? DEFAULT_SWITCHES
  }

  /** Simulated epoch milliseconds. */
  nowMs(): number {
    return this.#realNowMs() + this.meta.offsetMs
  }

  /** Moves the clock so that it now shows `targetMs`, unless it already shows more. */
  moveTo(targetMs: number): void {
    const aheadMs = Math.max(0, targetMs - this.nowMs())
    const { offsetMs, clockStep } = this.meta
    const meta = { ...this.meta, offsetMs: offsetMs + aheadMs, clockStep: clockStep + 1 }
    this.put('meta', 'world', meta)
  }

  /** The next draw of this key. Keys are few (an app, a person, a fault), never one per trade. */
  draw(key: string): Draw {
    const nth = this.get('counters', key) ?? 0
    this.put('counters', key, nth + 1)
    return this.chance(key, nth)
  }

  /** A draw whose number the caller knows. */
  chance(key: string, nth: number): Draw {
    return drawOf(this.meta.seed, key, nth)
  }

  /** What was put since the last call. */
  takeChanges(): readonly Change[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }

  /** Takes up entities that were kept, without noting them as changes. */
  restore(changes: Iterable<Change>): void {
    for (const [table, key, value] of changes) {
      const map = this.#maps[table] as Map<string, unknown>
      if (value === null) map.delete(key)
      else map.set(key, value)
    }
  }

  /** Everything, as changes that make it again. */
  dump(): readonly Change[] {
    return TABLE_NAMES.flatMap((table) =>
      this.entries(table).map(([key, value]): Change => [table, key, value]),
    )
  }
}
