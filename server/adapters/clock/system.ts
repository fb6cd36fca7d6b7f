import { instant } from '@minitill/protocol/model'
import type { Clock } from '../../ports/index.ts'
import { Sleepers } from './sleepers.ts'

/** A clock that can be stopped, so that a process that ends does not wait for its sleepers. */
export interface RunningClock extends Clock {
  /** How far ahead of real time it is; 0 for the system's own. */
  offsetMs(): number
  /** Why it cannot be trusted now; null when it can. */
  problem(): string | null
  close(): Promise<void>
}

/** Production: the system's clock. */
export function systemClock(): RunningClock {
  const sleepers = new Sleepers(Date.now)
  return {
    now: () => instant(Date.now()),
    sleep: (ms) => sleepers.sleep(ms),
    offsetMs: () => 0,
    problem: () => null,
    close: async () => sleepers.wakeAll(),
  }
}
