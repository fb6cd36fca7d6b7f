/** What was opened, to be closed in reverse; one that fails does not keep the others open. */
export class Closers {
  readonly #open: Array<() => Promise<void>> = []

  add(close: () => Promise<void>): void {
    this.#open.push(close)
  }

  async closeAll(): Promise<void> {
    for (let close = this.#open.pop(); close !== undefined; close = this.#open.pop()) {
      await close().catch(() => {})
    }
  }
}
