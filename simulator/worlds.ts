import type { Ports } from './ports.ts'
import type { Seed } from './seed.ts'
import { Wechat } from './wechat.ts'

const MOST_WORLDS = 64
const NAME = /^[A-Za-z0-9_.-]{1,64}$/

export type FoundWorld =
  | { readonly ok: true; readonly wechat: Wechat }
  | { readonly ok: false; readonly reason: string }

/** The default world and the parallel ones that the header Minitill-World names. */
export class Worlds {
  readonly #main: Wechat
  readonly #ports: Ports
  readonly #seed: Seed
  readonly #others = new Map<string, Promise<Wechat>>()

  constructor(main: Wechat, ports: Ports, seed: Seed) {
    this.#main = main
    this.#ports = ports
    this.#seed = seed
  }

  get main(): Wechat {
    return this.#main
  }

  /** The world of this name, begun when it is asked for the first time; "" is the default one. */
  async find(name: string): Promise<FoundWorld> {
    if (name === '') return { ok: true, wechat: this.#main }
    if (!NAME.test(name)) {
      return { ok: false, reason: 'Minitill-World: 1 to 64 letters, digits, "_", "." or "-"' }
    }
    const known = this.#others.get(name)
    if (known !== undefined) return { ok: true, wechat: await known }
    if (this.#others.size >= MOST_WORLDS) {
      return {
        ok: false,
        reason: `Minitill-World: at most ${MOST_WORLDS} worlds; restart to empty`,
      }
    }
    const options = { ports: this.#ports, seed: this.#seed, folder: null, name }
    const made = Wechat.open(options)
    this.#others.set(name, made)
    return { ok: true, wechat: await made }
  }

  async stop(): Promise<void> {
    const others = await Promise.all(this.#others.values())
    await Promise.all([this.#main, ...others].map((wechat) => wechat.stop()))
  }
}
