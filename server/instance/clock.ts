import { type FollowingClock, followingClock } from '../adapters/clock/following.ts'
import { type RunningClock, systemClock } from '../adapters/clock/system.ts'
import type { JobStore } from '../adapters/jobs/index.ts'
import type { Settings } from '../config.ts'

export interface InstanceClock {
  readonly clock: RunningClock
  /** Tells the job store, now and at each step, how far ahead our clock is. */
  follow(jobs: JobStore, wake: () => void): Promise<void>
}

/** Production: the system's clock. Development: the simulator's. */
export async function openClock(settings: Settings, follower: string): Promise<InstanceClock> {
  if (settings.simulatorUrl === null) return { clock: systemClock(), follow: async () => {} }
  const clock = await followingClock(settings.simulatorUrl, follower)
  return { clock, follow: (jobs, wake) => followWith(clock, jobs, wake) }
}

async function followWith(clock: FollowingClock, jobs: JobStore, wake: () => void): Promise<void> {
  clock.onStep(async (offsetMs) => {
    await jobs.moveClock(offsetMs)
    wake()
  })
  await jobs.moveClock(clock.offsetMs())
}
