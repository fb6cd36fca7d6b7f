import type { Wx } from './wx.ts'

/** Everything that the kit takes from outside: WeChat, the clock, chance and waiting. */
export interface Ports {
  wx: Wx
  /** Milliseconds since 1970. */
  nowMs(): number
  /** 0 ≤ number < 1; used for the spread of waits and for keys that need not be secret. */
  random(): number
  wait(ms: number): Promise<void>
}

// A mini program hands `wx` to each module as a parameter; there is no window to find it on.
declare const wx: Wx
declare function setTimeout(done: () => void, ms: number): unknown

/** The ports of a real mini program; a test replaces what it wants to steer. */
export function realPorts(given: Partial<Ports>): Ports {
  return {
    wx: given.wx ?? wx,
    nowMs: given.nowMs ?? Date.now,
    random: given.random ?? Math.random,
    wait: given.wait ?? ((ms) => new Promise((done) => setTimeout(done, ms))),
  }
}
