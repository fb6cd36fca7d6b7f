// Knows when the phone's mini program changed on the disk, for as long as somebody asks.
import { createHash } from 'node:crypto'
import { watchFolder } from '../adapters/watch.ts'
import { openProject } from '../miniprogram/compile/project.ts'

type Watch = (folder: string, changed: () => void) => () => void

/** One for each folder; it watches while it has followers. */
export class ProgramWatch {
  readonly #folder: string
  readonly #watch: Watch
  readonly #followers = new Set<(version: string) => void>()
  #stop: (() => void) | null = null
  #latest = ''

  constructor(folder: string, watch: Watch = watchFolder) {
    this.#folder = folder
    this.#watch = watch
  }

  /** Short text that is another one after every change of a file. */
  version(): string {
    return createHash('sha256').update(this.#state()).digest('hex').slice(0, 16)
  }

  #state(): string {
    try {
      return openProject(this.#folder).fingerprint
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  follow(listener: (version: string) => void): () => void {
    this.#followers.add(listener)
    if (this.#stop === null) {
      this.#latest = this.version()
      this.#stop = this.#watch(this.#folder, () => this.#changed())
    }
    return () => {
      this.#followers.delete(listener)
      if (this.#followers.size > 0) return
      this.#stop?.()
      this.#stop = null
    }
  }

  #changed(): void {
    const version = this.version()
    if (version === this.#latest) return
    this.#latest = version
    for (const follower of this.#followers) follower(version)
  }
}
