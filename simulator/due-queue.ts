// Which of many things falls due first: a binary heap, whose outdated entries are skipped.
interface Entry {
  readonly key: string
  readonly atMs: number
}

/** Keys with the instant at which each falls due. Setting and looking cost O(log n). */
export class DueQueue {
  readonly #due = new Map<string, number>()
  #heap: Entry[] = []

  get size(): number {
    return this.#due.size
  }

  /** The key falls due then; null: it no longer does. */
  set(key: string, atMs: number | null): void {
    if (atMs === null) {
      this.#due.delete(key)
      return
    }
    if (this.#due.get(key) === atMs) return
    this.#due.set(key, atMs)
    this.#heap.push({ key, atMs })
    this.#rise(this.#heap.length - 1)
  }

  /** What falls due first; ties go to the one that was set first among equals of the heap. */
  first(): Entry | null {
    for (;;) {
      const top = this.#heap[0]
      if (top === undefined) return null
      if (this.#due.get(top.key) === top.atMs) return top
      this.#drop()
    }
  }

  #drop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return
    this.#heap[a] = other
    this.#heap[b] = one
  }

  #at(index: number): number {
    return this.#heap[index]?.atMs ?? Number.POSITIVE_INFINITY
  }

  #rise(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1
      if (this.#at(parent) <= this.#at(index)) return
      this.#swap(parent, index)
      index = parent
    }
  }

  #sink(start: number): void {
    for (let index = start; ; ) {
      const left = 2 * index + 1
      const small = this.#at(left + 1) < this.#at(left) ? left + 1 : left
      if (this.#at(small) >= this.#at(index)) return
      this.#swap(small, index)
      index = small
    }
  }
}
