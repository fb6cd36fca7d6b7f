// One event loop of our own, on virtual time. Whoever waits for anything is parked here; the loop
// resumes one of them, lets everything run that this set free, looks at the promises, and goes on.
import { createHash } from 'node:crypto'
import { turn } from './ambient.ts'
import { Draws } from './draw.ts'

/** One incarnation of an instance, or the outside world. What is parked for a dead one never resumes. */
export class Life {
  readonly name: string
  alive = true
  /** A frozen process resumes nothing before this instant. */
  frozenUntilMs = 0
  readonly onDeath: (() => void)[] = []

  constructor(name: string) {
    this.name = name
  }
}

interface Entry {
  dueMs: number
  readonly tie: number
  readonly nth: number
  readonly life: Life
  readonly go: () => void
  cancelled: boolean
}

const keptLines = 400

export class Scheduler {
  readonly draws: Draws
  steps = 0
  #nowMs: number
  readonly #startMs: number
  #heap: Entry[] = []
  #count = 0
  readonly #hash = createHash('sha256')
  readonly #lines: string[] = []

  constructor(seed: number, startMs: number) {
    this.draws = new Draws(seed)
    this.#nowMs = startMs
    this.#startMs = startMs
  }

  now = (): number => this.#nowMs

  /** One line of the history, which is what two runs of a seed must agree in. */
  note(line: string): void {
    const whole = `${((this.#nowMs - this.#startMs) / 1000).toFixed(3)} ${line}`
    this.#hash.update(`${whole}\n`)
    this.#lines.push(whole)
    if (this.#lines.length > 2 * keptLines) this.#lines.splice(0, keptLines)
  }

  /** The last lines, oldest first. */
  lastLines(count: number): readonly string[] {
    return this.#lines.slice(-count)
  }

  get hash(): string {
    return this.#hash.copy().digest('hex').slice(0, 16)
  }

  /** Waits; `key` names who waits and for what. */
  park(life: Life, key: string, delayMs: number): Promise<void> {
    return new Promise((go) => {
      this.at(life, key, this.#nowMs + delayMs, go)
    })
  }

  /** Calls back at an instant; the returned function cancels. */
  at(life: Life, key: string, dueMs: number, go: () => void): () => void {
    const entry: Entry = {
      dueMs: Math.max(this.#nowMs, Math.ceil(dueMs)),
      tie: this.draws.unit(`tie ${key}`),
      nth: this.#count,
      life,
      go,
      cancelled: false,
    }
    this.#count += 1
    this.#push(entry)
    return () => {
      entry.cancelled = true
    }
  }

  /** As kill −9: nothing of this life ever runs again, and everybody who waits for it is told. */
  kill(life: Life): void {
    if (!life.alive) return
    life.alive = false
    for (const tell of life.onDeath.splice(0)) tell()
  }

  /** Resumes one after the other until an instant, or until `after` says that it is enough. */
  async run(untilMs: number, after: () => boolean): Promise<void> {
    while (this.nextDueMs <= untilMs) {
      if (!this.resumeNext()) continue
      await turn()
      if (after()) return
    }
    this.moveOn(untilMs)
  }

  /** When the next one may go on; infinite when nobody waits. */
  protected get nextDueMs(): number {
    return this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY
  }

  /** Lets the next one go on, unless nobody is there any more, or not yet. */
  protected resumeNext(): boolean {
    const entry = this.#heap[0]
    if (entry === undefined) return false
    this.#pop()
    if (entry.cancelled || !entry.life.alive) return false
    if (entry.dueMs < entry.life.frozenUntilMs) {
      entry.dueMs = entry.life.frozenUntilMs
      this.#push(entry)
      return false
    }
    this.moveOn(entry.dueMs)
    this.steps += 1
    entry.go()
    return true
  }

  protected moveOn(untilMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || isBefore(parent, entry)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (one === undefined) break
      const small = other !== undefined && isBefore(other, one) ? left + 1 : left
      const least = heap[small]
      if (least === undefined || isBefore(last, least)) break
      heap[at] = least
      at = small
    }
    heap[at] = last
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.dueMs !== b.dueMs) return a.dueMs < b.dueMs
  return a.tie === b.tie ? a.nth < b.nth : a.tie < b.tie
}
