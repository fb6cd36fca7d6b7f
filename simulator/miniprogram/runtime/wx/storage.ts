// wx.setStorage and its family: apart for each mini program and person, at most 1 MB a key and
// 10 MB together. Source: developers.weixin.qq.com/miniprogram/dev/framework/ability/storage.html
import { isRecord } from '../program.ts'
import { type Options, requireTypes, wxFunction } from './convention.ts'

const KEY_LIMIT = 1024 * 1024
const TOTAL_LIMIT = 10 * KEY_LIMIT

/** The store of one person in one mini program, kept in the browser's localStorage. */
export class PersonStore {
  readonly #prefix: string
  readonly #storage: Storage

  constructor(storage: Storage, appid: string, person: string) {
    this.#storage = storage
    this.#prefix = `minitill:${appid}:${person}:`
  }

  keys(): string[] {
    return Object.keys(this.#storage)
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => key.slice(this.#prefix.length))
  }

  has(key: string): boolean {
    return this.#storage.getItem(this.#prefix + key) !== null
  }

  /** A deep copy of what was stored; `''` when there is nothing, as in WeChat. */
  get(key: string): unknown {
    const text = this.#storage.getItem(this.#prefix + key)
    if (text === null) return ''
    const packed: unknown = JSON.parse(text)
    if (!isRecord(packed)) return ''
    return packed['type'] === 'date' ? new Date(String(packed['value'])) : packed['value']
  }

  /** Throws an Error with WeChat's text when a limit is passed. */
  set(key: string, value: unknown): void {
    const text = JSON.stringify({ type: value instanceof Date ? 'date' : typeof value, value })
    const size = sizeOf(text)
    if (size > KEY_LIMIT) throw new Error('entry size limit reached')
    const others = this.keys().filter((other) => other !== key)
    const used = others.reduce((sum, other) => sum + this.#size(other), 0)
    if (used + size > TOTAL_LIMIT) throw new Error('exceed storage max size 10Mb')
    try {
      this.#storage.setItem(this.#prefix + key, text)
    } catch {
      throw new Error('exceed storage max size 10Mb')
    }
  }

  remove(key: string): void {
    this.#storage.removeItem(this.#prefix + key)
  }

  clear(): void {
    for (const key of this.keys()) this.remove(key)
  }

  info(): object {
    const bytes = this.keys().reduce((sum, key) => sum + this.#size(key), 0)
    return { keys: this.keys(), currentSize: Math.ceil(bytes / 1024), limitSize: 10240 }
  }

  #size(key: string): number {
    return sizeOf(this.#storage.getItem(this.#prefix + key) ?? '')
  }
}

const sizeOf = (text: string) => new Blob([text]).size

/** The ten functions of wx around a store. */
export function storageFunctions(store: PersonStore): Record<string, unknown> {
  const key = (options: Options) => {
    requireTypes(options, { key: 'String' })
    return String(options['key'])
  }
  return {
    setStorageSync: (name: unknown, value: unknown) => {
      try {
        store.set(String(name), value)
      } catch (error) {
        throw new Error(`setStorageSync:fail ${error instanceof Error ? error.message : error}`)
      }
    },
    getStorageSync: (name: unknown) => store.get(String(name)),
    removeStorageSync: (name: unknown) => store.remove(String(name)),
    clearStorageSync: () => store.clear(),
    getStorageInfoSync: () => store.info(),
    setStorage: wxFunction('setStorage', (options) => store.set(key(options), options['data'])),
    getStorage: wxFunction('getStorage', (options) => {
      const name = key(options)
      if (!store.has(name)) throw new Error('data not found')
      return { data: store.get(name) }
    }),
    removeStorage: wxFunction('removeStorage', (options) => store.remove(key(options))),
    clearStorage: wxFunction('clearStorage', () => store.clear()),
    getStorageInfo: wxFunction('getStorageInfo', () => store.info()),
  }
}
