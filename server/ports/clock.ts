import type { Instant } from '@minitill/protocol/model'

/** The only source of time. In development it follows the simulator's clock. */
export interface Clock {
  /** Now, in whole milliseconds since the epoch. */
  now(): Instant
  /** Waits this many milliseconds of this clock; a step of the simulator's clock ends it early. */
  sleep(ms: number): Promise<void>
}
