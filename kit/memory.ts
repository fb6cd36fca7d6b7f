import type { Ports } from './ports.ts'

/** What the kit remembers between two starts of the mini program, under the server's address. */
export interface Memory {
  read(name: string): unknown
  write(name: string, value: unknown): void
  forget(name: string): void
}

/**
 * Storage with a copy in memory. Storage that is full or broken throws in WeChat; the kit then goes
 * on with the copy, because a shop that can't sell is worse than a note that dies with the app.
 */
export function openMemory({ wx }: Ports, baseUrl: string): Memory {
  const copy = new Map<string, unknown>()
  const key = (name: string) => `minitill:${baseUrl}:${name}`
  function write(name: string, value: unknown): void {
    copy.set(name, value)
    try {
      wx.setStorageSync(key(name), value)
      copy.delete(name)
    } catch {
      // The copy stays and answers until storage takes a value again.
    }
  }
  return {
    read(name) {
      if (copy.has(name)) return copy.get(name)
      try {
        return wx.getStorageSync(key(name)) || null
      } catch {
        return null
      }
    },
    write,
    forget: (name) => write(name, null),
  }
}
